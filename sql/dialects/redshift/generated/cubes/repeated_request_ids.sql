-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Rows that share their request_id with an earlier row of the same provider, by their slot and by that of the row before: counted as they are, but named in the confidence section.
SELECT
  "slot_us",
  "earlier_slot_us",
  COUNT(*) AS "repeated_rows"
FROM (
  SELECT
    "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
    LAG("epoch_us" - "epoch_us" % $slot_us) OVER (PARTITION BY "request_id", "provider" ORDER BY "epoch_us") AS "earlier_slot_us"
  FROM "requests"
  WHERE
    "epoch_us" >= $from_us
    AND "epoch_us" < $until_us
    AND "request_id" IN (
      SELECT
        "request_id"
      FROM "recurring_ids"
    )
) AS "followed"
WHERE
  NOT "earlier_slot_us" IS NULL
GROUP BY
  "slot_us",
  "earlier_slot_us"
