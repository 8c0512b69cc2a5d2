-- Like with like: answered requests of a stretch of days by model group and size (powers of two of input and output tokens), for comparing strategies and models on the same work.
-- A length is one more than the tokens, so that a request without any has one; squares and products serve the intervals.
SELECT
  sized.stretch_us AS stretch_us,
  sized.requested_model AS requested_model,
  sized.input_size AS input_size,
  sized.output_size AS output_size,
  sized.strategy AS strategy,
  sized.provider AS provider,
  sized.model AS model,
  COUNT(*) AS requests,
  SUM(sized.cost_usd) AS cost_usd,
  SUM(CASE WHEN NOT (
    sized.cost_usd IS NULL
  ) THEN 1 ELSE 0 END) AS priced_requests,
  SUM(CASE WHEN NOT (
    sized.cost_usd IS NULL
  ) THEN CAST(sized.length AS Nullable(Int64)) ELSE 0 END) AS priced_length,
  toDecimal256(sum(half_away((
    sized.micro_usd * sized.micro_usd
  ) * 1000000)), 0) * toDecimal256('0.000001', 6) AS micro_usd_squares,
  toDecimal256(sum(half_away((
    sized.micro_usd * sized.length
  ) * 1000000)), 0) * toDecimal256('0.000001', 6) AS micro_usd_lengths,
  toDecimal256(
    sum(
      half_away((
        CASE WHEN NOT (
          sized.micro_usd IS NULL
        ) THEN sized.length * sized.length END
      ) * 1000000)
    ),
    0
  ) * toDecimal256('0.000001', 6) AS length_squares,
  toDecimal256(sum(half_away((
    sized.latency_ms
  ) * 1000)), 0) * toDecimal256('0.001', 3) AS latency_ms,
  SUM(CASE WHEN NOT (
    sized.latency_ms IS NULL
  ) THEN 1 ELSE 0 END) AS timed_requests,
  SUM(CASE WHEN NOT (
    sized.latency_ms IS NULL
  ) THEN CAST(sized.answer_length AS Nullable(Int64)) ELSE 0 END) AS timed_length,
  toDecimal256(sum(half_away((
    sized.latency_ms * sized.latency_ms
  ) * 1000000)), 0) * toDecimal256('0.000001', 6) AS ms_squares,
  toDecimal256(sum(half_away((
    sized.latency_ms * sized.answer_length
  ) * 1000000)), 0) * toDecimal256('0.000001', 6) AS ms_lengths,
  toDecimal256(
    sum(
      half_away(
        (
          CASE WHEN NOT (
            sized.latency_ms IS NULL
          ) THEN sized.answer_length * sized.answer_length END
        ) * 1000000
      )
    ),
    0
  ) * toDecimal256('0.000001', 6) AS answer_length_squares
FROM $shards_begin SELECT
    slots.stretch_us AS stretch_us,
    COALESCE(requests.requested_model, 'not recorded') AS requested_model,
    CAST(FLOOR(LN(requests.input_tokens + 1) / LN(2)) AS Nullable(Int32)) AS input_size,
    CAST(FLOOR(LN(requests.output_tokens + 1) / LN(2)) AS Nullable(Int32)) AS output_size,
    requests.strategy AS strategy,
    requests.provider AS provider,
    requests.model AS model,
    requests.cost_usd AS cost_usd,
    requests.latency_ms AS latency_ms,
    CAST(requests.input_tokens + requests.output_tokens + 1 AS Nullable(Float64)) AS length,
    CAST(requests.output_tokens + 1 AS Nullable(Float64)) AS answer_length,
    CASE WHEN requests.cost_usd < 1000000 THEN CAST(requests.cost_usd AS Nullable(Float64)) * 1000000 END AS micro_usd
  FROM requests
  JOIN slots
    ON slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
  WHERE
    requests.epoch_us >= $from_us
    AND requests.epoch_us < $until_us
    AND requests.failed = 0
    AND NOT (
      requests.input_tokens IS NULL
    )
    AND NOT (
      requests.output_tokens IS NULL
    ) $shards_end AS sized
GROUP BY
  stretch_us,
  requested_model,
  input_size,
  output_size,
  strategy,
  provider,
  model
