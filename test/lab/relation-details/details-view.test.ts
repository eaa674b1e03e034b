import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { type RelationDetails } from '../../../src/contract/relation-details';
import { COMMANDS } from '../../../src/lab/commands';
import { DetailsView } from '../../../src/lab/relation-details/details-view';
import { CatalogSource } from '../schema-browser/catalog-source';
import { ORDER_COLUMNS, SHOP } from '../schema-browser/sample-catalog';

const DETAILS: RelationDetails = {
  ...{ owner: 'shop', comment: 'One row an order', rowEstimate: 4_213_880, tableBytes: 1_100_000_000 },
  ...{
    indexBytes: 80_000,
    definition: null,
    partitionKey: null,
    partitionOf: null,
    bounds: null,
    checks: []
  },
  keys: [{ name: 'orders_pkey', kind: 'primary', columns: ['id'], definition: 'PRIMARY KEY (id)' }],
  foreignKeys: [
    {
      name: 'to_user',
      columns: ['user_id'],
      other: { schema: 'public', relation: 'users' },
      otherColumns: ['id']
    }
  ],
  referencedBy: [
    {
      name: 'back',
      columns: ['id'],
      other: { schema: 'sales', relation: 'lines' },
      otherColumns: ['order_id']
    }
  ],
  indexes: [],
  partitions: [],
  grants: ['SELECT'],
  readableColumns: []
};
const PROFILE = {
  ...{ column: 'total', nullFraction: 0.25, distinct: 40, averageBytes: 6, lowest: '1', highest: '99' },
  ...{ mostCommon: [{ value: '<b>7</b>', fraction: 0.1 }], histogram: [0.2, 1, 0] }
};

const client = {
  startQuery: jest.fn(() => Promise.reject(new Error('the replica is gone'))),
  follow: jest.fn(),
  rows: jest.fn(),
  cancelQuery: jest.fn((_: string) => Promise.resolve()),
  releaseQuery: jest.fn(() => Promise.resolve())
};

let source: CatalogSource;
let view: DetailsView;
let opened: unknown[];

async function show(details: Partial<RelationDetails> | null, profiles = [PROFILE]): Promise<void> {
  source = new CatalogSource({ kind: 'ready', catalog: SHOP }, { orders: ORDER_COLUMNS });
  source.known = { ...(details ? { details: { ...DETAILS, ...details } } : {}), profiles };
  const commands = new CommandRegistry();
  opened = [];
  commands.addCommand(COMMANDS.openDetails, { execute: args => void opened.push({ ...args }) });
  // Of the client only the queries of a full profile are used here.
  view = new DetailsView({
    name: { schema: 'public', relation: 'orders' },
    catalog: source,
    client: client as never,
    commands
  });
  Widget.attach(view, document.body);
  await settled();
}

const settled = () => new Promise(resolve => setTimeout(resolve, 0));
const tableOf = (label: string) => view.node.querySelector(`table[aria-label="${label}"]`)?.textContent;
const button = (text: string) =>
  [...view.node.querySelectorAll('button')].find(({ textContent }) => textContent === text)!;

afterEach(() => view.dispose());

test('foreign keys lead on from both ends', async () => {
  await show({});
  button('users').click();
  button('lines').click();
  expect(opened).toEqual([
    { schema: 'public', relation: 'users' },
    { schema: 'sales', relation: 'lines' }
  ]);
});

test('a column shows its free profile, and values are text, never markup', async () => {
  await show({});
  expect(tableOf('Columns')).toContain('25 % null · about 40 distinct');
  expect(tableOf('Most common values')).toContain('<b>7</b>10 %');
  expect(view.node.querySelector('b')).toBeNull();
  const picture = view.node.querySelector('.jp-Replica-profilePicture');
  expect(picture?.getAttribute('aria-label')).toBe('25 % null, about 40 distinct, 1 to 99, <b>7</b> 10 %');
  expect(client.startQuery).not.toHaveBeenCalled();
});

test('without statistics it says why there is no profile', async () => {
  await show({}, []);
  expect(view.node.textContent).toContain('ANALYZE has not seen this relation yet');
});

test('a relation that may not be read says which grant to ask whom for', async () => {
  await show({ grants: [], readableColumns: ['id'] });
  expect(view.node.querySelector('.jp-Replica-detailsGrant')?.textContent).toBe(
    'This role may read only id. For the rest ask shop for:GRANT SELECT ON public.orders TO reader;Copy'
  );
  expect(button('Profile exactly')).toBeUndefined();
});

test('a relation that is gone is told with a way to try again', async () => {
  await show(null);
  expect(view.node.querySelector('[role=alert]')?.textContent).toContain('There are no details.');
  source.known = { details: DETAILS };
  button('Try again').click();
  await settled();
  expect(tableOf('Columns')).toContain('user_id');
});

test('a refresh shows what has changed', async () => {
  await show({});
  source.known = { details: { ...DETAILS, comment: 'Now different' } };
  source.set({ kind: 'ready', catalog: { ...SHOP } });
  await settled();
  expect(view.node.textContent).toContain('Now different');
});

test('an exact profile runs only when asked for, and a failure of it leaves the rest', async () => {
  await show({});
  button('Profile exactly').click();
  await settled();
  expect(client.startQuery).toHaveBeenCalledWith(
    expect.objectContaining({ sql: expect.stringContaining('count(DISTINCT total)') })
  );
  expect(view.node.querySelector('.jp-Replica-detailsFull [role=alert]')?.textContent).toContain(
    'the replica is gone'
  );
  expect(tableOf('Columns')).toContain('total');
});

test('Stop before the gateway has named the query ends it once it has', async () => {
  await show({});
  let name!: (status: unknown) => void;
  client.startQuery.mockReturnValueOnce(new Promise<never>(resolve => (name = resolve as typeof name)));
  client.follow.mockImplementationOnce(async function* () {
    yield { queryId: 'q7', state: 'cancelled', error: { code: 'cancelled' } };
  });
  button('Profile exactly').click();
  button('Stop').click();
  expect(client.cancelQuery).not.toHaveBeenCalled();
  name({ queryId: 'q7', state: 'running' });
  await settled();
  expect(client.cancelQuery).toHaveBeenCalledWith('q7');
  expect(client.releaseQuery).toHaveBeenCalledWith('q7');
  const full = view.node.querySelector('.jp-Replica-detailsFull')!;
  expect(full.textContent).toContain('Stopped.');
  expect(full.querySelector('[role=alert]')).toBeNull();
});

test('a relation without columns says so', async () => {
  await show({});
  view.dispose();
  source = new CatalogSource({ kind: 'ready', catalog: SHOP }, { orders: [] });
  source.known = { details: DETAILS };
  view = new DetailsView({
    name: { schema: 'public', relation: 'orders' },
    catalog: source,
    client: client as never,
    commands: new CommandRegistry()
  });
  await settled();
  expect(view.node.textContent).toContain('This relation has no column.');
});
