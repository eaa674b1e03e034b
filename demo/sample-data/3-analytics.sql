CREATE TABLE analytics.events (
  id bigint NOT NULL,
  event_id uuid NOT NULL,
  user_id bigint,
  kind text NOT NULL,
  occurred_at timestamptz NOT NULL,
  properties jsonb NOT NULL,
  experiment_ids integer[] NOT NULL,
  labels text[],
  duration_ms integer,
  score double precision,
  address inet,
  payload bytea
);

-- The ids lie above 2^53, where a floating-point number can no longer tell neighbours apart.
INSERT INTO analytics.events
SELECT
  9007199254740992 + i,
  md5('event ' || i)::uuid,
  CASE WHEN pg_temp.pick(i, 60, 10) > 0 THEN 1 + pg_temp.pick(i, 61, pg_temp.scaled(50000)) END,
  pg_temp.pick_text(i, 62, ARRAY['view', 'search', 'add_to_cart', 'checkout', 'purchase', 'sign_in']),
  pg_temp.moment(i, 63),
  jsonb_build_object(
    'page', '/' || pg_temp.pick_text(i, 64, ARRAY['home', 'produits', '商品', 'checkout']),
    'ref', CASE WHEN pg_temp.pick(i, 65, 3) > 0 THEN 'campaign-' || pg_temp.pick(i, 66, 40) END,
    'order', 9007199254740993 + pg_temp.pick(i, 67, 1000000)),
  CASE pg_temp.pick(i, 68, 3)
    WHEN 0 THEN ARRAY[]::integer[]
    WHEN 1 THEN ARRAY[pg_temp.pick(i, 69, 50)::integer]
    ELSE ARRAY[pg_temp.pick(i, 69, 50)::integer, NULL, pg_temp.pick(i, 70, 50)::integer]
  END,
  CASE WHEN pg_temp.pick(i, 71, 4) > 0 THEN ARRAY[pg_temp.pick_text(i, 72, ARRAY['mobile', 'desktop', 'タブレット']), 'v' || pg_temp.pick(i, 73, 9)] END,
  CASE WHEN pg_temp.pick(i, 74, 5) > 0 THEN pg_temp.pick(i, 75, 120000)::integer END,
  CASE WHEN pg_temp.pick(i, 76, 1000) = 0 THEN 'NaN'::double precision ELSE pg_temp.pick(i, 77, 1000000007) / 1000000007.0::double precision END,
  ('10.' || pg_temp.pick(i, 78, 256) || '.' || pg_temp.pick(i, 79, 256) || '.1')::inet,
  CASE WHEN pg_temp.pick(i, 80, 50) = 0 THEN decode(md5('payload ' || i), 'hex') END
FROM generate_series(1, pg_temp.scaled(400000)) AS i;

CREATE TABLE analytics.page_views (
  viewed_at timestamptz NOT NULL,
  user_id bigint,
  path text NOT NULL,
  seconds real
) PARTITION BY RANGE (viewed_at);

DO $$
DECLARE
  month date;
BEGIN
  FOR month IN SELECT generate_series(date '2025-01-01', date '2025-12-01', interval '1 month') LOOP
    EXECUTE format(
      'CREATE TABLE analytics.page_views_%s PARTITION OF analytics.page_views FOR VALUES FROM (%L) TO (%L)',
      to_char(month, 'YYYY_MM'), month, month + interval '1 month');
  END LOOP;
END $$;

INSERT INTO analytics.page_views
SELECT
  timestamptz '2025-01-01 00:00:00+00' + pg_temp.pick(i, 90, 31536000) * interval '1 second',
  CASE WHEN pg_temp.pick(i, 91, 3) > 0 THEN 1 + pg_temp.pick(i, 92, pg_temp.scaled(50000)) END,
  pg_temp.pick_text(i, 93, ARRAY['/', '/produits', '/商品', '/blog/über-uns', '/checkout']),
  CASE WHEN pg_temp.pick(i, 94, 6) > 0 THEN pg_temp.pick(i, 95, 60000) / 100.0::real END
FROM generate_series(1, pg_temp.scaled(250000)) AS i;

CREATE TABLE analytics.sensor_readings (
  sensor text NOT NULL,
  measured_at timestamp NOT NULL,
  reading numeric,
  calibration numeric(38, 20) NOT NULL,
  valid_until timestamptz NOT NULL,
  checked_on date,
  noise interval
);

INSERT INTO analytics.sensor_readings
SELECT
  'sensor-' || pg_temp.pick(i, 100, 12),
  timestamp '2025-01-01' + i * interval '1.000001 second',
  CASE pg_temp.pick(i, 101, 200)
    WHEN 0 THEN 'NaN'::numeric
    WHEN 1 THEN NULL
    WHEN 2 THEN 12345678901234567890123456789012345678901234567890.123456789
    ELSE pg_temp.pick(i, 102, 1000000000)::numeric / (1 + pg_temp.pick(i, 103, 7))
  END,
  pg_temp.pick(i, 104, 1000000000)::numeric / 7,
  CASE WHEN pg_temp.pick(i, 105, 100) = 0 THEN 'infinity'::timestamptz ELSE timestamptz '2026-01-01 00:00:00+00' END,
  CASE WHEN pg_temp.pick(i, 106, 10) > 0 THEN date '2025-01-01' + (i % 365)::int END,
  pg_temp.pick(i, 107, 100000) * interval '1 microsecond'
FROM generate_series(1, pg_temp.scaled(40000)) AS i;

ALTER TABLE analytics.events ADD PRIMARY KEY (id), ADD UNIQUE (event_id),
  ADD FOREIGN KEY (user_id) REFERENCES public.users;
CREATE INDEX ON analytics.events (occurred_at);
CREATE INDEX ON analytics.page_views (user_id);

CREATE VIEW analytics.daily_revenue AS
SELECT (created_at AT TIME ZONE 'UTC')::date AS day, currency, count(*) AS orders, sum(total) AS revenue
FROM public.orders
WHERE status IN ('paid', 'shipped', 'delivered')
GROUP BY 1, 2;

CREATE MATERIALIZED VIEW analytics.monthly_revenue AS
SELECT date_trunc('month', created_at, 'UTC') AS month, status, count(*) AS orders, sum(total) AS revenue, avg(total) AS average
FROM public.orders
GROUP BY 1, 2
ORDER BY 1, 2;
CREATE UNIQUE INDEX ON analytics.monthly_revenue (month, status);

COMMENT ON SCHEMA analytics IS 'What the web and the warehouse report, for reading only.';
COMMENT ON TABLE analytics.events IS 'Clicks and purchases as the web site sends them.';
COMMENT ON TABLE analytics.page_views IS 'One partition a month.';
COMMENT ON TABLE analytics.sensor_readings IS 'Warehouse sensors: every digit counts.';
COMMENT ON MATERIALIZED VIEW analytics.monthly_revenue IS 'Refreshed at night.';
COMMENT ON COLUMN analytics.events.experiment_ids IS 'Experiments that the visitor was in.';
COMMENT ON COLUMN analytics.events.properties IS 'As sent by the browser; the keys differ by kind.';
COMMENT ON COLUMN analytics.sensor_readings.reading IS 'Without a fixed scale; NaN when the sensor failed.';
