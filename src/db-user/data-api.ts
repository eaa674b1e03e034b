import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type Field,
  type RDSDataClient,
  RollbackTransactionCommand
} from '@aws-sdk/client-rds-data';
import { type Operator, StatementFailed } from './statements';

export interface DataApiTarget {
  readonly clusterArn: string;
  /** Secret of the operator, which the Data API reads itself. */
  readonly secretArn: string;
  readonly database: string;
}

/** The operator through the RDS Data API, where the cluster has its HTTP endpoint and no network path is wanted. */
export async function openDataApi(client: RDSDataClient, target: DataApiTarget): Promise<Operator> {
  const place = { resourceArn: target.clusterArn, secretArn: target.secretArn, database: target.database };
  const run = async (sql: string, transactionId?: string) => {
    try {
      const { records } = await client.send(
        new ExecuteStatementCommand({ ...place, sql, ...(transactionId ? { transactionId } : {}) })
      );
      return (records ?? []).map(row => row.map(textOf));
    } catch (error) {
      throw failure(sql, error);
    }
  };
  const [[name] = []] = await run('SELECT current_user::text');
  return {
    name: name ?? '',
    run: sql => run(sql),
    together: async statements => {
      const { transactionId } = await client.send(new BeginTransactionCommand(place));
      const transaction = { resourceArn: place.resourceArn, secretArn: place.secretArn, transactionId };
      try {
        for (const statement of statements) {
          await run(statement, transactionId);
        }
        await client.send(new CommitTransactionCommand(transaction));
      } catch (error) {
        await client.send(new RollbackTransactionCommand(transaction));
        throw error;
      }
    },
    close: async () => client.destroy()
  };
}

/** Every value as text, as a direct connection gives it. */
function textOf(field: Field): string | null {
  if (field.booleanValue !== undefined) {
    return field.booleanValue ? 't' : 'f';
  }
  const value = field.stringValue ?? field.longValue ?? field.doubleValue;
  return value === undefined ? null : String(value);
}

/** The Data API tells the SQLSTATE at the end of its message: `…; SQLState: 42501`. */
function failure(sql: string, error: unknown): StatementFailed {
  const message = error instanceof Error ? error.message : String(error);
  return new StatementFailed(sql, message, /SQLState: (\w{5})/.exec(message)?.[1] ?? null);
}
