-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- How many rows and values could not be used, by column and reason, whatever the period: they are counted here and in no sum.
-- By slot; rows without a usable time, those in the future among them, have none.
SELECT
  CASE WHEN "epoch_us" < $now_us THEN "epoch_us" - "epoch_us" % $slot_us END AS "slot_us",
  "column_name",
  "reason",
  COUNT(*) AS "rows_set_aside"
FROM (
  SELECT
    "epoch_us",
    "column_name",
    "reason"
  FROM "values_set_aside"
  UNION ALL
  SELECT
    "epoch_us",
    'timestamp' AS "column_name",
    'in the future' AS "reason"
  FROM "requests"
  WHERE
    "epoch_us" >= $now_us
) AS "found"
GROUP BY
  CASE WHEN "epoch_us" < $now_us THEN "epoch_us" - "epoch_us" % $slot_us END,
  "column_name",
  "reason"
