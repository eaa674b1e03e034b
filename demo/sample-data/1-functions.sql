-- Every value is a hash of its row number, so that two set-ups hold the same data.

CREATE FUNCTION pg_temp.scaled(full_size bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT greatest(1, ceil(full_size * current_setting('sample.scale')::numeric))::bigint
$$;

-- A whole number from 0 to n - 1; `salt` tells the columns of one row apart.
CREATE FUNCTION pg_temp.pick(row_number bigint, salt bigint, n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT (hashint8extended(row_number, salt) & 9223372036854775807) % n
$$;

CREATE FUNCTION pg_temp.pick_text(row_number bigint, salt bigint, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT choices[1 + ((hashint8extended(row_number, salt) & 9223372036854775807) % cardinality(choices))]
$$;

-- A moment of the years 2023 to 2025, to the microsecond.
CREATE FUNCTION pg_temp.moment(row_number bigint, salt bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT timestamptz '2023-01-01 00:00:00+00'
    + ((hashint8extended(row_number, salt) & 9223372036854775807) % 94694400000000) * interval '1 microsecond'
$$;
