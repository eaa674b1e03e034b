import { environmentFor, type StackDescription } from '../../demo/stack';
import { count, record, text } from '../../src/contract/parse';

/** Where the start of the Jest project leaves what the tests must know. */
export const STACK_VARIABLE = 'REPLICA_TEST_STACK';

const parseServer = record({ host: text, port: count });
const parseLogin = record({ user: text, password: text });

const parseStack = record({
  primary: parseServer,
  standby: parseServer,
  database: text,
  admin: parseLogin,
  owner: parseLogin,
  reader: parseLogin,
  caFile: text,
  unknownCaFile: text,
  aws: record({ endpoint: text, region: text, secretId: text, bucket: text })
});

/** The servers that run during the Jest project `gateway`; the sample is a hundredth of the demo's. */
export function testStack(): StackDescription {
  return parseStack(JSON.parse(process.env[STACK_VARIABLE] ?? 'null'));
}

/** The environment of a gateway that reads its credentials from the stack's Secrets Manager. */
export function testEnvironment(): Record<string, string> {
  return environmentFor(testStack());
}
