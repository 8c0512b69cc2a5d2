-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Each time a request moved on from a provider that failed it (or was resting after failures) to another one.
SELECT
  "slot_us",
  "from_provider",
  "to_provider",
  "error_type",
  COUNT(*) AS "events",
  SUM("recovered") AS "recovered"
FROM (
  SELECT
    "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
    "provider" AS "from_provider",
    LEAD("provider") OVER (PARTITION BY "request_id" ORDER BY "attempt", "epoch_us", "provider", "outcome", "error_type") AS "to_provider",
    MAX(CASE WHEN "outcome" = 'ok' THEN 1 ELSE 0 END) OVER (PARTITION BY "request_id") AS "recovered",
    "error_type",
    "outcome"
  FROM "troubled_attempts"
) AS "moves"
WHERE
  "outcome" <> 'ok' AND "to_provider" <> "from_provider"
GROUP BY
  "slot_us",
  "from_provider",
  "to_provider",
  "error_type"
