-- Like with like: answered requests of a stretch of days by model group and size (powers of two of input and output tokens), for comparing strategies and models on the same work.
-- A length is one more than the tokens, so that a request without any has one; squares and products serve the intervals.
SELECT
  stretch_us,
  requested_model,
  input_size,
  output_size,
  strategy,
  provider,
  model,
  COUNT(*) AS requests,
  SUM(cost_usd) AS cost_usd,
  SUM(CASE WHEN NOT cost_usd IS NULL THEN 1 ELSE 0 END) AS priced_requests,
  SUM(CASE WHEN NOT cost_usd IS NULL THEN CAST(length AS BIGINT) ELSE 0 END) AS priced_length,
  (
    SUM(CAST(TRUNC(whole_1 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_1 - TRUNC(whole_1 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.000001 AS micro_usd_squares,
  (
    SUM(CAST(TRUNC(whole_2 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_2 - TRUNC(whole_2 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.000001 AS micro_usd_lengths,
  (
    SUM(CAST(TRUNC(whole_3 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_3 - TRUNC(whole_3 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.000001 AS length_squares,
  (
    SUM(CAST(TRUNC(whole_4 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_4 - TRUNC(whole_4 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.001 AS latency_ms,
  SUM(CASE WHEN NOT latency_ms IS NULL THEN 1 ELSE 0 END) AS timed_requests,
  SUM(CASE WHEN NOT latency_ms IS NULL THEN CAST(answer_length AS BIGINT) ELSE 0 END) AS timed_length,
  (
    SUM(CAST(TRUNC(whole_5 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_5 - TRUNC(whole_5 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.000001 AS ms_squares,
  (
    SUM(CAST(TRUNC(whole_6 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_6 - TRUNC(whole_6 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.000001 AS ms_lengths,
  (
    SUM(CAST(TRUNC(whole_7 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_7 - TRUNC(whole_7 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.000001 AS answer_length_squares
FROM (
  SELECT
    *,
    TRUNC(scaled_1) + CASE WHEN scaled_1 - TRUNC(scaled_1) >= 0.5 THEN 1 ELSE 0 END AS whole_1,
    TRUNC(scaled_2) + CASE WHEN scaled_2 - TRUNC(scaled_2) >= 0.5 THEN 1 ELSE 0 END AS whole_2,
    TRUNC(scaled_3) + CASE WHEN scaled_3 - TRUNC(scaled_3) >= 0.5 THEN 1 ELSE 0 END AS whole_3,
    TRUNC(scaled_4) + CASE WHEN scaled_4 - TRUNC(scaled_4) >= 0.5 THEN 1 ELSE 0 END AS whole_4,
    TRUNC(scaled_5) + CASE WHEN scaled_5 - TRUNC(scaled_5) >= 0.5 THEN 1 ELSE 0 END AS whole_5,
    TRUNC(scaled_6) + CASE WHEN scaled_6 - TRUNC(scaled_6) >= 0.5 THEN 1 ELSE 0 END AS whole_6,
    TRUNC(scaled_7) + CASE WHEN scaled_7 - TRUNC(scaled_7) >= 0.5 THEN 1 ELSE 0 END AS whole_7
  FROM (
    SELECT
      *,
      (
        micro_usd * micro_usd
      ) * 1000000 AS scaled_1,
      (
        micro_usd * length
      ) * 1000000 AS scaled_2,
      (
        CASE WHEN NOT micro_usd IS NULL THEN length * length END
      ) * 1000000 AS scaled_3,
      (
        latency_ms
      ) * 1000 AS scaled_4,
      (
        latency_ms * latency_ms
      ) * 1000000 AS scaled_5,
      (
        latency_ms * answer_length
      ) * 1000000 AS scaled_6,
      (
        CASE WHEN NOT latency_ms IS NULL THEN answer_length * answer_length END
      ) * 1000000 AS scaled_7
    FROM (
      SELECT
        slots.stretch_us,
        COALESCE(requested_model, 'not recorded') AS requested_model,
        CAST(FLOOR(CAST(LN(input_tokens + 1) AS DOUBLE PRECISION) / LN(2)) AS INT) AS input_size,
        CAST(FLOOR(CAST(LN(output_tokens + 1) AS DOUBLE PRECISION) / LN(2)) AS INT) AS output_size,
        strategy,
        provider,
        model,
        cost_usd,
        latency_ms,
        CAST(input_tokens + output_tokens + 1 AS DOUBLE PRECISION) AS length,
        CAST(output_tokens + 1 AS DOUBLE PRECISION) AS answer_length,
        CASE WHEN cost_usd < 1000000 THEN CAST(cost_usd AS DOUBLE PRECISION) * 1000000 END AS micro_usd
      FROM requests
      JOIN slots
        ON slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
      WHERE
        epoch_us >= $from_us
        AND epoch_us < $until_us
        AND failed = 0
        AND NOT input_tokens IS NULL
        AND NOT output_tokens IS NULL
      OFFSET 0
    ) AS sized
    OFFSET 0
  ) AS sized
  OFFSET 0
) AS sized
GROUP BY
  stretch_us,
  requested_model,
  input_size,
  output_size,
  strategy,
  provider,
  model
