CREATE TABLE finance.invoices (
  id bigint PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES public.orders,
  number text NOT NULL UNIQUE,
  net numeric(12, 2) NOT NULL,
  tax_rate numeric(5, 4) NOT NULL,
  issued_on date NOT NULL,
  paid_on date
);

INSERT INTO finance.invoices
SELECT
  o.id, o.id, 'INV-' || lpad(o.id::text, 8, '0'), o.total,
  (ARRAY[0.2000, 0.1900, 0.2300, 0.0000])[1 + pg_temp.pick(o.id, 110, 4)],
  (o.created_at AT TIME ZONE 'UTC')::date,
  CASE WHEN o.status <> 'pending' THEN (o.created_at AT TIME ZONE 'UTC')::date + pg_temp.pick(o.id, 111, 30)::int END
FROM public.orders o
WHERE o.id % 3 = 0;

CREATE TABLE support.tickets (
  id integer PRIMARY KEY,
  user_id bigint REFERENCES public.users,
  subject text NOT NULL,
  body text NOT NULL,
  priority smallint NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  satisfaction numeric(2, 1)
);

INSERT INTO support.tickets
SELECT
  i,
  1 + pg_temp.pick(i, 120, pg_temp.scaled(50000)),
  pg_temp.pick_text(i, 121, ARRAY['Where is my parcel?', 'Rechnung fehlt', '返品したい', 'Compte bloqué', 'Питання']) || ' #' || i,
  repeat(pg_temp.pick_text(i, 122, ARRAY['Please help. ', 'Bitte um Rückruf. ', 'よろしくお願いします。']), (1 + pg_temp.pick(i, 123, 20))::int),
  1 + pg_temp.pick(i, 124, 4),
  pg_temp.moment(i, 125),
  CASE WHEN pg_temp.pick(i, 126, 5) > 0 THEN pg_temp.moment(i, 125) + pg_temp.pick(i, 127, 864000) * interval '1 second' END,
  CASE WHEN pg_temp.pick(i, 128, 3) = 0 THEN (10 + pg_temp.pick(i, 129, 41)) / 10.0 END
FROM generate_series(1, pg_temp.scaled(20000)) AS i;

CREATE VIEW support.open_tickets AS
SELECT id, subject, priority, opened_at FROM support.tickets WHERE closed_at IS NULL;

COMMENT ON SCHEMA finance IS 'Copied every night from the ledger.';
COMMENT ON TABLE finance.invoices IS 'Issued invoices, net of tax.';
COMMENT ON COLUMN finance.invoices.tax_rate IS 'As a fraction: 0.2000 is 20 %.';
COMMENT ON TABLE support.tickets IS 'Requests of customers, in their own language.';
