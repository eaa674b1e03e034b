import { IpcEncoder } from '../../src/gateway/arrow/ipc';
import { arrowSchema } from '../../src/gateway/arrow/schema';
import { BatchBuilder } from '../../src/gateway/columns/batch';
import { isTextNumeric, mappingFor } from '../../src/gateway/columns/type-map';
import { Session } from '../../src/gateway/postgres/session';
import { BATCH_BYTES, BATCH_ROWS } from '../../src/gateway/results/spooler';
import { sessionOptions, type Reader, type ReplicaAccess } from './reader';

/** Our path as far as Arrow IPC bytes, which are dropped; their memory serves again, as in the product. */
export async function openGatewayArrow(access: ReplicaAccess, table: string): Promise<Reader> {
  const session = await Session.connect(access.credentials, sessionOptions(access));
  return {
    read: async () => {
      await session.begin('jupyterlab-replica: benchmark');
      const rows = await encodeAll(session, `SELECT * FROM ${table}`);
      await session.end();
      return rows;
    },
    close: async () => session.close()
  };
}

async function encodeAll(session: Session, sql: string): Promise<number> {
  const columns = (await session.describe(sql)).columns ?? [];
  const mappings = columns.map(({ oid, typmod }) => mappingFor(oid, isTextNumeric(oid, typmod)));
  const builders = mappings.map(({ builder }, index) => builder(columns[index]!.typmod));
  const schema = arrowSchema(
    columns.map(({ name }) => ({ name, type: '', source: null })),
    builders
  );
  const batch = new BatchBuilder(schema, builders);
  const encoder = new IpcEncoder(schema);
  let rows = 0;
  const flush = () => {
    rows += batch.rows;
    const finished = batch.finish();
    encoder.encode(finished);
    batch.reuse(finished);
  };
  await session.execute(
    [],
    mappings.map(({ format }) => format),
    cells => {
      batch.append(cells);
      if (batch.rows >= BATCH_ROWS || batch.sizeBytes >= BATCH_BYTES) {
        flush();
      }
    }
  );
  flush();
  return rows;
}
