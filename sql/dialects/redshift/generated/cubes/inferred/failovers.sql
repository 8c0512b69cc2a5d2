-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Where attempts are not recorded: one request_id with rows of several providers moved from the earlier to the later one.
SELECT
  "slot_us",
  "from_provider",
  "to_provider",
  'not recorded' AS "error_type",
  COUNT(*) AS "events",
  SUM("recovered") AS "recovered"
FROM (
  SELECT
    "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
    "provider" AS "from_provider",
    LEAD("provider") OVER (PARTITION BY "request_id" ORDER BY "epoch_us", "provider") AS "to_provider",
    MAX(CASE WHEN "output_tokens" > 0 AND "failed" = 0 THEN 1 ELSE 0 END) OVER (PARTITION BY "request_id") AS "recovered"
  FROM "requests"
  WHERE
    "epoch_us" >= $from_us
    AND "epoch_us" < $until_us
    AND "request_id" IN (
      SELECT
        "request_id"
      FROM "recurring_ids"
    )
) AS "moves"
WHERE
  "to_provider" <> "from_provider"
GROUP BY
  "slot_us",
  "from_provider",
  "to_provider"
