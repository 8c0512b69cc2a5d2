-- Attempts by slot of time, target, outcome and error, with the time and money they took; unpriced are those that used something at a cost that nobody knows.
SELECT
  slotted.slot_us AS slot_us,
  slotted.provider AS provider,
  slotted.model AS model,
  slotted.outcome AS outcome,
  slotted.error_type AS error_type,
  COUNT(*) AS attempts,
  toDecimal256(sum(half_away((
    slotted.latency_ms
  ) * 1000)), 0) * toDecimal256('0.001', 3) AS latency_ms,
  SUM(slotted.cost_usd) AS cost_usd,
  SUM(CASE WHEN NOT (
    slotted.cost_usd IS NULL
  ) THEN 1 ELSE 0 END) AS priced_attempts,
  SUM(slotted.tokens) AS tokens,
  SUM(CASE WHEN slotted.cost_usd IS NULL AND NOT (
    slotted.usage_source IS NULL
  ) THEN 1 ELSE 0 END) AS unpriced_attempts
FROM $shards_begin SELECT
    attempts_clean.epoch_us - attempts_clean.epoch_us % $slot_us AS slot_us,
    attempts_clean.provider AS provider,
    attempts_clean.model AS model,
    attempts_clean.outcome AS outcome,
    attempts_clean.error_type AS error_type,
    attempts_clean.latency_ms AS latency_ms,
    attempts_clean.cost_usd AS cost_usd,
    attempts_clean.tokens AS tokens,
    attempts_clean.usage_source AS usage_source
  FROM attempts_clean
  WHERE
    attempts_clean.epoch_us >= $from_us AND attempts_clean.epoch_us < $until_us $shards_end AS slotted
GROUP BY
  slot_us,
  provider,
  model,
  outcome,
  error_type
