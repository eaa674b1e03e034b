import { isTextNumeric, mappingFor } from '../../src/gateway/columns/type-map';
import { MessageTap } from '../../src/gateway/postgres/message-tap';
import { DescribeStatement, ExecuteStatement } from '../../src/gateway/postgres/statement';
import { connectPlain, type Reader, type ReplicaAccess } from './reader';

/** The floor of our protocol: the statement in the gateway's formats, its rows dropped unseen. */
export async function openDrain(access: ReplicaAccess, table: string): Promise<Reader> {
  const client = await connectPlain(access);
  new MessageTap(client.connection.stream).discard();
  return {
    read: async () => {
      const described = client.query(new DescribeStatement(`SELECT * FROM ${table}`, 'user'));
      const { columns } = await described.result;
      const formats = (columns ?? []).map(
        ({ oid, typmod }) => mappingFor(oid, isTextNumeric(oid, typmod)).format
      );
      const command = await client.query(new ExecuteStatement('user', [], formats, () => undefined)).result;
      return Number(command.replace('SELECT ', ''));
    },
    close: () => client.end()
  };
}
