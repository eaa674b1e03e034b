import { describeRelation } from '../../src/sql/describe-relation';

const column = (name: string, type: string, facts: object = {}) => ({
  ...{ name, type, nullable: true, default: null, comment: null },
  ...facts
});
const BASE = {
  ...{
    schema: 'public',
    name: 'orders',
    kind: 'table' as const,
    comment: null,
    columns: [],
    constraints: []
  },
  ...{ indexes: [], definition: null, partitionKey: null }
} as const;

it('tells a table as CREATE TABLE with constraints, indexes and comments', () => {
  const text = describeRelation({
    ...BASE,
    comment: "What customers' carts became",
    columns: [
      column('id', 'bigint', { nullable: false }),
      column('Total "net"', 'numeric(12,2)', { default: '0', comment: 'Euro' })
    ],
    constraints: [{ name: 'orders_pkey', definition: 'PRIMARY KEY (id)' }],
    indexes: ['CREATE INDEX by_total ON public.orders USING btree ("Total ""net""")'],
    partitionKey: 'HASH (id)'
  });
  expect(text).toBe(`CREATE TABLE public.orders (
  id bigint NOT NULL,
  "Total ""net""" numeric(12,2) DEFAULT 0,
  CONSTRAINT orders_pkey PRIMARY KEY (id)
) PARTITION BY HASH (id);
CREATE INDEX by_total ON public.orders USING btree ("Total ""net""");
COMMENT ON TABLE public.orders IS 'What customers'' carts became';
COMMENT ON COLUMN public.orders."Total ""net""" IS 'Euro';`);
});

it('tells a view as its query, and a table without columns as an empty one', () => {
  const view = { ...BASE, kind: 'materialized view', definition: ' SELECT 1 AS x;' } as const;
  expect(describeRelation(view)).toBe('CREATE MATERIALIZED VIEW public.orders AS\nSELECT 1 AS x;');
  expect(describeRelation(BASE)).toBe('CREATE TABLE public.orders (\n);');
});
