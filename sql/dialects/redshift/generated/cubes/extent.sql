-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- What the telemetry spans: first and last usable moment, how many rows there are, and in how many UTC hours. Clocks differ: rows up to a day ahead are taken for now, but make nothing longer.
SELECT
  CASE WHEN "first_us" > $moment_us THEN $moment_us ELSE "first_us" END AS "first_us",
  CASE WHEN "last_us" IS NULL AND NOT "first_us" IS NULL THEN $moment_us ELSE "last_us" END AS "last_us",
  COALESCE("rows_read", 0) AS "rows_read",
  COALESCE("hours_with_data", 0) AS "hours_with_data"
FROM (
  SELECT
    MIN("first_us") AS "first_us",
    MAX("last_us") AS "last_us",
    SUM("requests") AS "rows_read",
    SUM(CASE WHEN NOT "last_us" IS NULL THEN 1 ELSE 0 END) AS "hours_with_data"
  FROM (
    SELECT
      MIN(CASE WHEN "epoch_us" < $now_us THEN "epoch_us" END) AS "first_us",
      MAX(CASE WHEN "epoch_us" <= $moment_us THEN "epoch_us" END) AS "last_us",
      COUNT(*) AS "requests"
    FROM "requests"
    GROUP BY
      "epoch_us" - "epoch_us" % 3600000000
  ) AS "hours"
) AS "spanned"
