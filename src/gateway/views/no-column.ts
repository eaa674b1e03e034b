import { GatewayError } from '../gateway-error';

export function noColumn(column: number): never {
  throw new GatewayError('bad-request', `The result has no column ${column}.`);
}
