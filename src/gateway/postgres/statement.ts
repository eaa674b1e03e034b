import type { Connection, Submittable } from 'pg';
import type { WireFormat } from '../columns/type-map';
import type { Parameter } from '../../contract/query';
import { GatewayError } from '../gateway-error';

/** The user's statement, and a catalog query that may be asked between its Describe and its Execute. */
export type StatementName = 'user' | 'catalog';

/** One column of a RowDescription message. */
export interface ColumnDescription {
  readonly name: string;
  readonly oid: number;
  readonly typmod: number;
  /** The table and its column that the values come from unchanged; zeros for an expression. */
  readonly tableOid: number;
  readonly attributeNumber: number;
}

/** What a statement takes and gives: its columns are null when it returns no rows. */
export interface StatementDescription {
  readonly parameterCount: number;
  /** The types of the parameters by oid, as the server infers them. */
  readonly parameterTypes: readonly number[];
  readonly columns: readonly ColumnDescription[] | null;
}

interface PgField {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
  readonly tableID: number;
  readonly columnID: number;
}

/** What `pg` calls on the statement that is at work. */
abstract class ExtendedQuery<T> implements Submittable {
  readonly result: Promise<T>;
  protected resolve!: (value: T) => void;
  protected reject!: (error: unknown) => void;

  constructor() {
    this.result = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  abstract submit(connection: Connection): void;

  handleError(error: Error): void {
    this.reject(error);
  }

  handleRowDescription(_message: { readonly fields: readonly PgField[] }): void {
    throw new Error('The server sent a RowDescription that nobody asked for.');
  }

  /** The tap takes all DataRow messages; none reaches `pg`. */
  handleDataRow(): void {
    throw new Error('A DataRow went past the tap.');
  }

  handleCommandComplete(_message: { readonly text: string }): void {}

  handlePortalSuspended(): void {}

  /** COPY … FROM STDIN is refused by a read-only transaction before it gets here. */
  handleCopyInResponse(): void {}

  handleCopyData(): void {}

  handleEmptyQuery(): void {}

  abstract handleReadyForQuery(): void;
}

/** Parse and Describe. The server infers the types of the parameters. */
export class DescribeStatement extends ExtendedQuery<StatementDescription> {
  private columns: readonly ColumnDescription[] | null = null;
  private parameterTypes: readonly number[] = [];

  constructor(
    private readonly sql: string,
    private readonly name: StatementName
  ) {
    super();
  }

  submit(connection: Connection): void {
    const { name, sql } = this;
    const onParameters = ({ dataTypeIDs }: { readonly dataTypeIDs: readonly number[] }) => {
      this.parameterTypes = dataTypeIDs;
    };
    connection.once('parameterDescription', onParameters);
    connection.once('readyForQuery', () => connection.removeListener('parameterDescription', onParameters));
    // Closing a statement that does not exist is no error.
    connection.close({ type: 'S', name }, true);
    connection.parse({ text: sql, name, types: [] }, true);
    connection.describe({ type: 'S', name }, true);
    connection.sync();
  }

  override handleRowDescription({ fields }: { readonly fields: readonly PgField[] }): void {
    this.columns = fields.map(({ name, dataTypeID, dataTypeModifier, tableID, columnID }) => ({
      name,
      oid: dataTypeID,
      typmod: dataTypeModifier,
      tableOid: tableID,
      attributeNumber: columnID
    }));
  }

  handleReadyForQuery(): void {
    const { parameterTypes, columns } = this;
    this.resolve({ parameterCount: parameterTypes.length, parameterTypes, columns });
  }
}

/** Bind with a format per column, and an Execute without a row limit. Resolves with the command tag. */
export class ExecuteStatement extends ExtendedQuery<string> {
  private command = '';
  private refused: GatewayError | null = null;

  constructor(
    private readonly name: StatementName,
    private readonly parameters: readonly Parameter[],
    private readonly formats: readonly WireFormat[],
    /** Ends the statement in the server. */
    private readonly cancel: () => void
  ) {
    super();
  }

  submit(connection: Connection): void {
    this.bind(connection);
    connection.execute({ portal: '' }, true);
    connection.sync();
  }

  protected bind(connection: Connection): void {
    connection.stream.write(bindMessage(this.name, this.parameters, this.formats));
  }

  override handleCommandComplete({ text }: { readonly text: string }): void {
    this.command = text;
  }

  override handleCopyData(): void {
    if (!this.refused) {
      this.refused = new GatewayError('query-failed', 'COPY … TO STDOUT gives no rows here.', {
        action: 'Run the query inside it by itself.'
      });
      this.cancel();
    }
  }

  override handleError(error: Error): void {
    if (this.refused) {
      this.reject(this.refused);
    } else {
      super.handleError(error);
    }
  }

  handleReadyForQuery(): void {
    if (this.refused) {
      this.reject(this.refused);
    } else {
      this.resolve(this.command);
    }
  }
}

function bindMessage(
  name: StatementName,
  parameters: readonly Parameter[],
  formats: readonly WireFormat[]
): Buffer {
  const values = parameters.map(value => (value === null ? null : Buffer.from(String(value), 'utf8')));
  const statement = Buffer.from(`${name}\0`, 'latin1');
  const size =
    4 +
    1 +
    statement.length +
    2 +
    2 +
    2 +
    2 * formats.length +
    values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 0);
  const bytes = Buffer.alloc(1 + size);
  let at = bytes.write('B', 0, 'latin1');
  at = bytes.writeInt32BE(size, at);
  at = bytes.writeUInt8(0, at);
  at += statement.copy(bytes, at);
  // No parameter formats: all parameters are text.
  at = bytes.writeUInt16BE(0, at);
  at = bytes.writeUInt16BE(values.length, at);
  for (const value of values) {
    at = bytes.writeInt32BE(value ? value.length : -1, at);
    at += value ? value.copy(bytes, at) : 0;
  }
  at = bytes.writeUInt16BE(formats.length, at);
  for (const format of formats) {
    at = bytes.writeInt16BE(format === 'binary' ? 1 : 0, at);
  }
  return bytes;
}
