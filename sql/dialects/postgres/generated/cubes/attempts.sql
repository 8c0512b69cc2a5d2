-- Attempts by slot of time, target, outcome and error, with the time and money they took; unpriced are those that used something at a cost that nobody knows.
SELECT
  slot_us,
  provider,
  model,
  outcome,
  error_type,
  COUNT(*) AS attempts,
  (
    SUM(CAST(TRUNC(whole_1 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_1 - TRUNC(whole_1 / 9007199254740992) * 9007199254740992 AS BIGINT))
  ) * 0.001 AS latency_ms,
  SUM(cost_usd) AS cost_usd,
  SUM(CASE WHEN NOT cost_usd IS NULL THEN 1 ELSE 0 END) AS priced_attempts,
  SUM(tokens) AS tokens,
  SUM(CASE WHEN cost_usd IS NULL AND NOT usage_source IS NULL THEN 1 ELSE 0 END) AS unpriced_attempts
FROM (
  SELECT
    *,
    TRUNC(scaled_1) + CASE WHEN scaled_1 - TRUNC(scaled_1) >= 0.5 THEN 1 ELSE 0 END AS whole_1
  FROM (
    SELECT
      *,
      (
        latency_ms
      ) * 1000 AS scaled_1
    FROM (
      SELECT
        epoch_us - epoch_us % $slot_us AS slot_us,
        provider,
        model,
        outcome,
        error_type,
        latency_ms,
        cost_usd,
        tokens,
        usage_source
      FROM attempts_clean
      WHERE
        epoch_us >= $from_us AND epoch_us < $until_us
      OFFSET 0
    ) AS slotted
    OFFSET 0
  ) AS slotted
  OFFSET 0
) AS slotted
GROUP BY
  slot_us,
  provider,
  model,
  outcome,
  error_type
