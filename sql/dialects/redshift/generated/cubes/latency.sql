-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- How many requests of a stretch of days fell into each bucket of end-to-end latency: a log-bucket histogram with under 1 % relative error (DDSketch).
SELECT
  "stretch_us",
  "strategy",
  "provider",
  "model",
  "bucket",
  COUNT(*) AS "requests"
FROM (
  SELECT
    "slots"."stretch_us",
    "strategy",
    "provider",
    "model",
    CAST(FLOOR(
      CAST(LN(CASE WHEN "latency_ms" < 0.001 THEN 0.001 ELSE "latency_ms" END) AS DOUBLE PRECISION) / LN($bucket_ratio)
    ) AS INTEGER) AS "bucket"
  FROM "requests"
  JOIN "slots"
    ON "slots"."slot_us" = "requests"."epoch_us" - "requests"."epoch_us" % $slot_us
  WHERE
    "epoch_us" >= $from_us AND "epoch_us" < $until_us AND NOT "latency_ms" IS NULL
) AS "measured"
GROUP BY
  "stretch_us",
  "strategy",
  "provider",
  "model",
  "bucket"
