-- How many requests of a stretch of days fell into each bucket of time to first token: a log-bucket histogram with under 1 % relative error (DDSketch).
SELECT
  measured.stretch_us AS stretch_us,
  measured.strategy AS strategy,
  measured.provider AS provider,
  measured.model AS model,
  measured.bucket AS bucket,
  COUNT(*) AS requests
FROM $shards_begin SELECT
    slots.stretch_us AS stretch_us,
    requests.strategy AS strategy,
    requests.provider AS provider,
    requests.model AS model,
    CAST(FLOOR(LN(CASE WHEN requests.ttft_ms < 0.001 THEN 0.001 ELSE requests.ttft_ms END) / LN($bucket_ratio)) AS Nullable(Int32)) AS bucket
  FROM requests
  JOIN slots
    ON slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
  WHERE
    requests.epoch_us >= $from_us AND requests.epoch_us < $until_us AND NOT (
      requests.ttft_ms IS NULL
    ) $shards_end AS measured
GROUP BY
  stretch_us,
  strategy,
  provider,
  model,
  bucket
