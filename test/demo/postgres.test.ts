import { connect } from '../../demo/postgres-server';
import { testStack } from '../support/stack';

const stack = testStack();

async function readerQuery(sql: string) {
  const client = await connect(stack.standby, stack.database, stack.reader, stack.caFile);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('the reader works on a hot standby, over TLS, read-only by default', async () => {
  const [row] = await readerQuery(
    `SELECT pg_is_in_recovery() AS replica, ssl, current_setting('transaction_read_only') AS read_only
     FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  );
  expect(row).toEqual({ replica: true, ssl: true, read_only: 'on' });
});
