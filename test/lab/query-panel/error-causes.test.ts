import { type Catalog } from '../../../src/contract/catalog';
import { type ErrorBody } from '../../../src/contract/errors';
import { knownCause } from '../../../src/lab/query-panel/error-causes';
import { nearest } from '../../../src/lab/query-panel/near-name';

const relation = (name: string) => ({
  ...{ name, kind: 'table' as const, rowEstimate: null, sizeBytes: null, comment: null },
  ...{ partitionOf: null, readable: true }
});
const schema = { comment: null, owned: false, system: false, usable: true };
const catalog: Catalog = {
  asOf: '2026-01-01T12:00:00Z',
  role: 'sagemaker_readonly',
  schemas: [
    {
      ...schema,
      name: 'public',
      relations: [relation('orders'), relation('payments'), relation('Daily')]
    },
    { ...schema, name: 'analytics', relations: [relation('events')] }
  ]
};
const around = { catalog, user: 'sagemaker_readonly', columns: ['id', 'total', 'Created At'] };

const error = (sqlstate: string, message: string, change: Partial<ErrorBody> = {}): ErrorBody => ({
  ...{
    code: 'query-failed',
    message,
    subject: null,
    action: null,
    detail: null,
    hint: null,
    position: 1,
    sqlstate
  },
  ...change
});
const cause = (sqlstate: string, message: string, change: Partial<ErrorBody> = {}) =>
  knownCause(error(sqlstate, message, change), around);

it.each([
  ['permission denied for table payments', 'GRANT SELECT ON public.payments TO sagemaker_readonly;'],
  ['permission denied for view "Odd"', 'GRANT SELECT ON """Odd""" TO sagemaker_readonly;'],
  ['permission denied for table Daily', 'GRANT SELECT ON public."Daily" TO sagemaker_readonly;'],
  ['permission denied for schema secret', 'GRANT USAGE ON SCHEMA secret TO sagemaker_readonly;'],
  [
    'permission denied for sequence orders_id_seq',
    'GRANT SELECT ON SEQUENCE orders_id_seq TO sagemaker_readonly;'
  ],
  ['permission denied for function refund', 'GRANT EXECUTE ON FUNCTION refund TO sagemaker_readonly;']
])('offers the grant that is missing: %s', (message, text) => {
  expect(cause('42501', message)!.action).toEqual({ kind: 'copy', label: 'Copy GRANT', text });
});

it('finds a table of nearly that name, or of that name in another schema', () => {
  expect(cause('42P01', 'relation "ordes" does not exist')).toEqual({
    sentence: 'Perhaps you mean orders.',
    action: { kind: 'replace', label: 'Write orders', text: 'orders' }
  });
  expect(cause('42P01', 'relation "public.evnets" does not exist')!.action).toMatchObject({
    text: 'analytics.events'
  });
  expect(cause('42P01', 'relation "events" does not exist')!.sentence).toBe(
    'It is in another schema: analytics.events.'
  );
  expect(cause('42P01', 'relation "daily" does not exist')!.action).toMatchObject({ text: '"Daily"' });
  expect(cause('42P01', 'relation "zzzzzzzz" does not exist')!.action).toBeNull();
});

it('finds a column of nearly that name, with the alias that was written', () => {
  expect(cause('42703', 'column "totl" does not exist')!.action).toMatchObject({ text: 'total' });
  expect(cause('42703', 'column o.totl does not exist')!.action).toMatchObject({ text: 'o.total' });
  expect(cause('42703', 'column "created at" does not exist')!.action).toMatchObject({
    text: '"Created At"'
  });
  expect(cause('42703', 'column "zzz" does not exist')).toBeNull();
});

it.each([
  ['40001', 'run-again'],
  ['40P01', 'run-again'],
  ['72000', 'run-again'],
  ['55P03', 'run-again'],
  ['53300', 'show-running'],
  ['22P02', 'fill-parameters']
])('has one action for %s: %s', (sqlstate, kind) => {
  expect(cause(sqlstate, 'no')!.action).toEqual({ kind });
});

it('knows a conflict with recovery, which PostgreSQL tells as a cancelled statement', () => {
  expect(
    cause('57014', 'canceling statement due to conflict with recovery', { code: 'replica-conflict' })!.action
  ).toEqual({
    kind: 'run-again'
  });
});

it.each([
  '42883',
  '42702',
  '42803',
  '42804',
  '42601',
  '42P18',
  '22012',
  '22003',
  '22007',
  '22008',
  '21000',
  '25006',
  '57014',
  '53200',
  '53100',
  '54023',
  '42P10'
])('has one sentence for %s that ends', sqlstate => {
  expect(cause(sqlstate, 'no', { code: 'timeout' })!.sentence).toMatch(/^[A-Z].*\.$/);
});

it('says nothing to a Stop, to what it does not know, and to what no server said', () => {
  expect(cause('57014', 'canceling statement due to user request', { code: 'cancelled' })).toBeNull();
  expect(cause('XX000', 'internal')).toBeNull();
  expect(knownCause({ ...error('', 'no'), sqlstate: null }, around)).toBeNull();
});

it('counts swapped neighbours as one edit, and finds nothing near a short name', () => {
  expect(nearest('ordesr', ['orders', 'order_items'], name => name)).toBe('orders');
  expect(nearest('ab', ['xy'], name => name)).toBeNull();
});
