-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Which request_ids stand in several rows of the period: read once, for the cubes that look for repetitions and for failovers.
-- Both ask this of every row, and hardly any id recurs: what they do with those that do costs next to nothing.
SELECT
  "request_id"
FROM "requests"
WHERE
  "epoch_us" >= $from_us AND "epoch_us" < $until_us AND NOT "request_id" IS NULL
GROUP BY
  "request_id"
HAVING
  COUNT(*) > 1
