import { ColumnNotReadable, ColumnNotRepresentable } from './columns/batch';
import { GatewayError } from './gateway-error';
import type { Result } from './results/result';

/** What a failure of one column means to the user, who knows it by its name; any other error as it is. */
export function columnFailure(error: unknown, result: Result): unknown {
  if (error instanceof ColumnNotRepresentable) {
    const { name, arrow } = fieldOf(error.column, result);
    return new GatewayError(
      'value-not-representable',
      `${error.value} in column ${name} has no exact place in the type ${arrow} that rows already delivered have.`,
      { subject: name, action: `Cast the column: ${name}::text, or ${name}::double precision.` }
    );
  }
  if (error instanceof ColumnNotReadable) {
    const { name, type } = fieldOf(error.column, result);
    return new GatewayError(
      'internal',
      `Column ${name} of type ${type} cannot be read: ${error.message}`,
      { subject: name, action: `Cast the column, ${name}::text, and report this with the statement.` },
      error.cause
    );
  }
  return error;
}

function fieldOf(column: number, result: Result) {
  const field = result.status().fields?.[column];
  return { name: field?.name ?? `column ${column + 1}`, type: field?.type ?? '', arrow: field?.arrow ?? '' };
}
