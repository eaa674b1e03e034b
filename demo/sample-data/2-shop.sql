CREATE TYPE public.order_status AS ENUM ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded');

CREATE TABLE public.users (
  id bigint NOT NULL,
  email text NOT NULL,
  full_name text NOT NULL,
  country char(2) NOT NULL,
  city text,
  birth_date date,
  is_active boolean NOT NULL,
  newsletter boolean,
  credit_limit numeric(10, 2),
  tags text[] NOT NULL,
  preferences jsonb,
  created_at timestamptz NOT NULL,
  last_login_at timestamptz
);

INSERT INTO public.users
SELECT
  i,
  'user' || i || '@example.com',
  pg_temp.pick_text(i, 1, ARRAY['Zoë', 'José', 'Łukasz', '美咲', 'Олена', 'Amélie', 'Jürgen', 'Noah', 'Ava', 'سارة', 'Siân', '민준'])
    || ' ' || pg_temp.pick_text(i, 2, ARRAY['O''Brien', 'Müller', 'García', 'Nowak', '田中', 'Шевченко', 'Smith', 'd''Arc', 'Åkesson', '김']),
  pg_temp.pick_text(i, 3, ARRAY['GB', 'DE', 'FR', 'PL', 'JP', 'UA', 'SE', 'KR', 'ES', 'IE']),
  CASE WHEN pg_temp.pick(i, 4, 10) > 0
    THEN pg_temp.pick_text(i, 5, ARRAY['London', 'Köln', 'Besançon', 'Łódź', '大阪市', 'Київ', 'Malmö', '서울', 'A Coruña', 'Baile Átha Cliath']) END,
  CASE WHEN pg_temp.pick(i, 6, 5) > 0 THEN date '1945-01-01' + pg_temp.pick(i, 7, 22000)::int END,
  pg_temp.pick(i, 8, 10) > 1,
  CASE WHEN pg_temp.pick(i, 9, 3) > 0 THEN pg_temp.pick(i, 10, 2) = 1 END,
  CASE WHEN pg_temp.pick(i, 11, 4) > 0 THEN pg_temp.pick(i, 12, 1000000) / 100.0 END,
  CASE pg_temp.pick(i, 13, 4)
    WHEN 0 THEN ARRAY[]::text[]
    WHEN 1 THEN ARRAY['vip']
    WHEN 2 THEN ARRAY['beta', 'née "Überraschung"']
    ELSE ARRAY['b2b', NULL, 'comma, inside']
  END,
  CASE WHEN pg_temp.pick(i, 14, 3) > 0 THEN jsonb_build_object(
    'theme', pg_temp.pick_text(i, 15, ARRAY['light', 'dark']),
    'language', pg_temp.pick_text(i, 16, ARRAY['en', 'de', '日本語']),
    'limits', jsonb_build_object('export_rows', pg_temp.pick(i, 17, 1000000))) END,
  pg_temp.moment(i, 18),
  CASE WHEN pg_temp.pick(i, 19, 6) > 0 THEN pg_temp.moment(i, 18) + pg_temp.pick(i, 20, 31536000) * interval '1 second' END
FROM generate_series(1, pg_temp.scaled(50000)) AS i;

CREATE TABLE public.products (
  id integer NOT NULL,
  sku varchar(16) NOT NULL,
  name text NOT NULL,
  category text NOT NULL,
  price numeric(10, 2) NOT NULL,
  weight_kg numeric,
  attributes jsonb NOT NULL,
  discontinued_on date
);

INSERT INTO public.products
SELECT
  i,
  'SKU-' || lpad(i::text, 6, '0'),
  pg_temp.pick_text(i, 30, ARRAY['Café', 'Naïve', 'Grüne', 'Pro', '新型', 'Classic'])
    || ' ' || pg_temp.pick_text(i, 31, ARRAY['lamp', 'chair', 'kettle', 'headphones', 'Regal', '時計']) || ' ' || i,
  pg_temp.pick_text(i, 32, ARRAY['home', 'kitchen', 'audio', 'office', 'garden']),
  (199 + pg_temp.pick(i, 33, 49800)) / 100.0,
  CASE WHEN pg_temp.pick(i, 34, 8) > 0 THEN pg_temp.pick(i, 35, 1000000)::numeric / 30000 END,
  jsonb_build_object('colour', pg_temp.pick_text(i, 36, ARRAY['red', 'blau', '緑', 'noir']), 'sizes', jsonb_build_array(1 + i % 3, 4 + i % 5)),
  CASE WHEN pg_temp.pick(i, 37, 20) = 0 THEN date '2024-01-01' + pg_temp.pick(i, 38, 700)::int END
FROM generate_series(1, pg_temp.scaled(2000)) AS i;

CREATE TABLE public.order_items (
  id bigint NOT NULL,
  order_id bigint NOT NULL,
  product_id integer NOT NULL,
  quantity smallint NOT NULL,
  unit_price numeric(10, 2) NOT NULL,
  discount real
);

INSERT INTO public.order_items
SELECT i, 1 + (i - 1) / 3, p.id, 1 + pg_temp.pick(i, 41, 5), p.price,
  CASE WHEN pg_temp.pick(i, 42, 4) = 0 THEN pg_temp.pick(i, 43, 40) / 100.0::real END
FROM generate_series(1, 3 * pg_temp.scaled(300000)) AS i
JOIN public.products p ON p.id = 1 + pg_temp.pick(i, 40, pg_temp.scaled(2000))
ORDER BY i;

CREATE TABLE public.orders (
  id bigint NOT NULL,
  user_id bigint NOT NULL,
  status public.order_status NOT NULL,
  total numeric(12, 2) NOT NULL,
  currency char(3) NOT NULL,
  note text,
  created_at timestamptz NOT NULL,
  shipped_at timestamp
);

INSERT INTO public.orders
SELECT
  s.order_id,
  1 + pg_temp.pick(s.order_id, 50, pg_temp.scaled(50000)),
  (enum_range(NULL::public.order_status))[1 + pg_temp.pick(s.order_id, 51, 6)],
  s.total,
  pg_temp.pick_text(s.order_id, 52, ARRAY['GBP', 'EUR', 'EUR', 'SEK', 'JPY']),
  CASE pg_temp.pick(s.order_id, 53, 9)
    WHEN 0 THEN 'Please ring twice – merci 🙏'
    WHEN 1 THEN E'Two\nlines'
    WHEN 2 THEN ''
  END,
  pg_temp.moment(s.order_id, 54),
  CASE WHEN pg_temp.pick(s.order_id, 51, 6) IN (2, 3)
    THEN (pg_temp.moment(s.order_id, 54) AT TIME ZONE 'UTC') + pg_temp.pick(s.order_id, 55, 864000) * interval '1 second' END
FROM (
  SELECT order_id, sum(quantity * unit_price) AS total FROM public.order_items GROUP BY order_id
) AS s
ORDER BY s.order_id;

ALTER TABLE public.users ADD PRIMARY KEY (id), ADD UNIQUE (email);
ALTER TABLE public.products ADD PRIMARY KEY (id), ADD UNIQUE (sku);
ALTER TABLE public.orders ADD PRIMARY KEY (id), ADD FOREIGN KEY (user_id) REFERENCES public.users;
ALTER TABLE public.order_items ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (order_id) REFERENCES public.orders,
  ADD FOREIGN KEY (product_id) REFERENCES public.products;
CREATE INDEX ON public.orders (created_at);
CREATE INDEX ON public.orders (user_id);
CREATE INDEX ON public.order_items (order_id);

CREATE VIEW public.order_overview AS
SELECT o.id, o.created_at, o.status, o.total, u.full_name, u.country
FROM public.orders o JOIN public.users u ON u.id = o.user_id;

COMMENT ON TABLE public.users IS 'Customers with an account; one row a person.';
COMMENT ON TABLE public.orders IS 'One row an order, from the basket on.';
COMMENT ON TABLE public.order_items IS 'The lines of an order at the price of that day.';
COMMENT ON TABLE public.products IS 'Catalogue, including what is no longer sold.';
COMMENT ON VIEW public.order_overview IS 'Orders with the customer’s name and country.';
COMMENT ON COLUMN public.users.country IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN public.users.credit_limit IS 'In euros; NULL means none was agreed.';
COMMENT ON COLUMN public.orders.total IS 'Sum of the lines before discounts, in the order’s currency.';
COMMENT ON COLUMN public.orders.shipped_at IS 'UTC, without a zone: written by the warehouse system.';
COMMENT ON COLUMN public.products.weight_kg IS 'As measured, with every digit of the scale.';
