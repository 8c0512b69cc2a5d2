-- Generated, not executed by Snowflake: our tests run what it means in DuckDB.
-- Requests whose id stands in several rows, of ids that stand in rows from a moment on: what tells whether one repeats another.
SELECT
  "epoch_us",
  "request_id",
  "provider",
  "output_tokens",
  "failed"
FROM "requests"
WHERE
  "epoch_us" < $until_us
  AND "request_id" IN (
    SELECT
      "request_id"
    FROM "requests"
    WHERE
      "epoch_us" < $until_us
      AND "request_id" IN (
        SELECT
          "request_id"
        FROM "requests"
        WHERE
          "epoch_us" >= $new_from_us AND "epoch_us" < $until_us
      )
    GROUP BY
      "request_id"
    HAVING
      COUNT(*) > 1
  )
