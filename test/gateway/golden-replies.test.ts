import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTES } from '../../src/contract/routes';
import { list, record, text } from '../../src/contract/parse';
import { isFinal, parseQueryStatus } from '../../src/contract/query';
import { GatewayProcess } from '../support/gateway-process';
import { withSchema } from './catalog/shelf';

/** Of which the kind is the same everywhere, and the value is not. */
const VARIES = ['viewId', 'elapsedMs', 'sizeBytes', 'tableBytes', 'indexBytes', 'scans', 'score'];

let gateway: GatewayProcess;
let made: Awaited<ReturnType<typeof withSchema>>;

beforeAll(async () => {
  made = await withSchema('golden', (schema, reader) => [
    `SET search_path TO ${schema}`,
    'CREATE TABLE maker (id int CONSTRAINT maker_key PRIMARY KEY)',
    `CREATE TABLE part (code text CONSTRAINT part_key PRIMARY KEY, maker int CONSTRAINT part_maker REFERENCES maker,
       weight numeric(6,2) CONSTRAINT has_weight CHECK (weight > 0), origin text)`,
    "COMMENT ON TABLE part IS 'What is in the depot'",
    "COMMENT ON COLUMN part.origin IS 'Country of the golden maker'",
    'INSERT INTO maker SELECT generate_series(1, 4)',
    `INSERT INTO part SELECT 'part ' || lpad(i::text, 3, '0'), 1 + i % 4, i, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'NO' ELSE 'SE' END
       FROM generate_series(1, 200) i`,
    'ANALYZE part',
    'CREATE TABLE moves (at date NOT NULL) PARTITION BY RANGE (at)',
    "CREATE TABLE moves_2026 PARTITION OF moves FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    `CREATE FUNCTION weigh(what text, times int DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0'`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${reader}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${reader}`
  ]);
  gateway = await GatewayProcess.start();
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await made.drop();
});

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(__dirname, '../fixtures/contract', `${name}.json`), 'utf8'));

/** A reply without what differs from one run to the next. */
function settled(value: unknown, key = ''): unknown {
  if (VARIES.includes(key)) return value === null ? 'null' : typeof value;
  if (Array.isArray(value)) return value.map(item => settled(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, settled(part, name)]));
}

const get = async (route: string) => (await gateway.send('GET', `v1/${route.replace(/^v1\//, '')}`)).json();

async function resultOf(sql: string): Promise<string> {
  const origin = { kind: 'script', label: 'test' };
  const send = await gateway.send('POST', ROUTES.queries, { sql, origin });
  let status = parseQueryStatus(send.json());
  while (!isFinal(status)) status = parseQueryStatus(await get(`${ROUTES.queries}/${status.queryId}`));
  return status.queryId;
}

it.each([
  ['relation-details', `${ROUTES.relation}?schema=golden&relation=part`],
  ['partitioned-details', `${ROUTES.relation}?schema=golden&relation=moves`],
  ['column-profiles', `${ROUTES.columnProfiles}?schema=golden&relation=part`],
  ['column-matches', `${ROUTES.columnSearch}?words=country+golden`]
])('tells %s as the golden file has it', async (name, route) => {
  expect(settled(await get(route))).toEqual(settled(golden(name)));
});

it('tells each function as the golden file has one', async () => {
  const parse = record({ functions: list(record({ schema: text, name: text })) });
  const of = (value: unknown) => ({
    functions: parse(value).functions.flatMap(({ schema }, index) =>
      schema === 'golden' ? [(value as { functions: unknown[] }).functions[index]] : []
    )
  });
  expect(of(await get(ROUTES.functions))).toEqual(golden('functions'));
});

it('answers the golden requests about a result with the golden replies', async () => {
  const id = await resultOf(
    "SELECT i AS n, nullif(i % 4, 0) * 1.50 AS price, 'word ' || i % 3 AS word FROM generate_series(1, 40) i"
  );
  const about = `${ROUTES.queries}/${id}`;
  const view = await gateway.send('POST', `${about}/views`, golden('view-request'));
  expect(settled(view.json())).toEqual(settled(golden('view')));
  const summary = await gateway.send('POST', `${about}/summary`, {
    ...(golden('summary-request') as object),
    viewId: record({ viewId: text })(view.json()).viewId
  });
  expect(settled(summary.json())).toEqual(settled(golden('summary')));
  const profile = await gateway.send('POST', `${about}/profile`, golden('result-profile-request'));
  expect(settled(profile.json())).toEqual(settled(golden('result-profile')));
});
