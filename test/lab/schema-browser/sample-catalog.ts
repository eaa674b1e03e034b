import { type Catalog, type Column, type Relation } from '../../../src/contract/catalog';

export function relation(name: string, facts: Partial<Relation> = {}): Relation {
  return {
    name,
    kind: 'table',
    rowEstimate: null,
    sizeBytes: null,
    comment: null,
    partitionOf: null,
    readable: true,
    ...facts
  };
}

export function column(name: string, type: string, facts: Partial<Column> = {}): Column {
  return {
    name,
    type,
    nullable: true,
    default: null,
    comment: null,
    primaryKey: false,
    references: null,
    ...facts
  };
}

export function catalog(...schemas: readonly (readonly [string, readonly Relation[]])[]): Catalog {
  return {
    asOf: '2026-11-22T12:00:00Z',
    role: 'reader',
    schemas: schemas.map(([name, relations]) => ({
      ...{ name, comment: null, relations },
      ...{ owned: false, system: false, usable: true }
    }))
  };
}

const page_views = { schema: 'analytics', relation: 'page_views' };

export const SHOP = catalog(
  [
    'analytics',
    [
      relation('page_views', { kind: 'partitioned-table' }),
      relation('page_views_2026_02', { partitionOf: page_views }),
      relation('page_views_2026_01', { partitionOf: page_views }),
      relation('daily_revenue', { kind: 'view', comment: 'Sum of orders a day' })
    ]
  ],
  [
    'public',
    [
      relation('users', { rowEstimate: 52_000, sizeBytes: 9_000_000, comment: 'Customers' }),
      relation('orders', { rowEstimate: 4_213_880, sizeBytes: 1_100_000_000 }),
      relation('Größe & "Maß"', { readable: false })
    ]
  ]
);

export const ORDER_COLUMNS: readonly Column[] = [
  column('id', 'bigint', { nullable: false, primaryKey: true }),
  column('user_id', 'bigint', { references: { schema: 'public', relation: 'users', column: 'id' } }),
  column('total', 'numeric(12,2)', { comment: 'Gross, in euros', default: '0' })
];

export const USER_COLUMNS: readonly Column[] = [
  column('id', 'bigint', { nullable: false, primaryKey: true })
];
