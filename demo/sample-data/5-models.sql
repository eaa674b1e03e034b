CREATE TABLE public.training_dataset AS
SELECT
  u.id AS user_id,
  coalesce(o.orders, 0)::integer AS order_count,
  coalesce(o.spent, 0)::double precision AS total_spent,
  coalesce(o.average, 0)::double precision AS average_order_value,
  extract(day FROM timestamptz '2026-01-01 00:00:00+00' - u.created_at)::integer AS days_since_signup,
  coalesce(extract(day FROM timestamptz '2026-01-01 00:00:00+00' - o.latest), 9999)::integer AS days_since_last_order,
  u.is_active,
  coalesce(o.latest < timestamptz '2025-07-01 00:00:00+00', true) AS churned
FROM public.users u
LEFT JOIN (
  SELECT user_id, count(*) AS orders, sum(total) AS spent, avg(total) AS average, max(created_at) AS latest
  FROM public.orders GROUP BY user_id
) AS o ON o.user_id = u.id
ORDER BY u.id;

CREATE TABLE public.scoring_dataset AS
SELECT user_id, order_count, total_spent, average_order_value, days_since_signup, days_since_last_order, is_active
FROM public.training_dataset
WHERE user_id % 5 = 0
ORDER BY user_id;

ALTER TABLE public.training_dataset ADD PRIMARY KEY (user_id);
ALTER TABLE public.scoring_dataset ADD PRIMARY KEY (user_id);

COMMENT ON TABLE public.training_dataset IS 'One row a customer with the features of the churn model and its label.';
COMMENT ON TABLE public.scoring_dataset IS 'Customers to score: the same features without the label.';
COMMENT ON COLUMN public.training_dataset.churned IS 'No order since 2025-07-01.';
