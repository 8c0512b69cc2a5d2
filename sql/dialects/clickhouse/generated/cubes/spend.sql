-- Spend, tokens and volume by slot of time, strategy, provider and model.
-- `reads_known_...` are of requests that record how much of their input was read from a cache, `reasoning_known_...` of those
-- that record how much of their output was reasoning; a part that is larger than its whole is not known.
SELECT
  slotted.slot_us AS slot_us,
  slotted.strategy AS strategy,
  slotted.provider AS provider,
  slotted.model AS model,
  COUNT(*) AS requests,
  SUM(slotted.failed) AS failed_requests,
  SUM(slotted.input_tokens) AS input_tokens,
  SUM(slotted.output_tokens) AS output_tokens,
  SUM(slotted.cache_read_input_tokens) AS cache_read_input_tokens,
  SUM(CASE WHEN slotted.cache_read_input_tokens <= slotted.input_tokens THEN slotted.input_tokens END) AS reads_known_input_tokens,
  SUM(CASE WHEN slotted.cache_read_input_tokens <= slotted.input_tokens THEN slotted.cache_read_input_tokens END) AS reads_known_read_tokens,
  SUM(CASE WHEN slotted.reasoning_output_tokens <= slotted.output_tokens THEN slotted.output_tokens END) AS reasoning_known_output_tokens,
  SUM(CASE WHEN slotted.reasoning_output_tokens <= slotted.output_tokens THEN slotted.reasoning_output_tokens END) AS reasoning_known_tokens,
  SUM(slotted.cost_usd) AS cost_usd,
  SUM(CASE WHEN slotted.failed = 1 THEN slotted.cost_usd END) AS failed_cost_usd,
  SUM(CASE WHEN NOT (
    slotted.cost_usd IS NULL
  ) THEN slotted.cache_savings_usd END) AS cache_savings_usd,
  SUM(
    CASE
      WHEN NOT (
        slotted.cost_usd IS NULL
      )
      AND slotted.cache_savings_usd IS NULL
      AND COALESCE(slotted.cache_read_input_tokens, 0) + COALESCE(slotted.cache_write_input_tokens, 0) > 0
      THEN 1
      ELSE 0
    END
  ) AS unknown_savings_requests,
  SUM(CASE WHEN NOT (
    slotted.cost_usd IS NULL
  ) THEN 1 ELSE 0 END) AS priced_requests,
  SUM(
    CASE
      WHEN NOT (
        slotted.cost_usd IS NULL
      )
      THEN COALESCE(slotted.input_tokens, 0) + COALESCE(slotted.output_tokens, 0)
      ELSE 0
    END
  ) AS priced_tokens,
  SUM(slotted.unpriced) AS unpriced_requests,
  SUM(
    CASE
      WHEN slotted.unpriced = 1
      THEN COALESCE(slotted.input_tokens, 0) + COALESCE(slotted.output_tokens, 0)
      ELSE 0
    END
  ) AS unpriced_tokens,
  SUM(
    CASE
      WHEN slotted.cost_usd = 0
      AND slotted.failed = 0
      AND COALESCE(slotted.input_tokens, 0) + COALESCE(slotted.output_tokens, 0) > 0
      THEN 1
      ELSE 0
    END
  ) AS free_requests,
  SUM(
    CASE
      WHEN slotted.cost_usd = 0 AND slotted.failed = 0
      THEN COALESCE(slotted.input_tokens, 0) + COALESCE(slotted.output_tokens, 0)
      ELSE 0
    END
  ) AS free_tokens
FROM $shards_begin SELECT
    requests.epoch_us - requests.epoch_us % $slot_us AS slot_us,
    requests.strategy AS strategy,
    requests.provider AS provider,
    requests.model AS model,
    requests.failed AS failed,
    requests.unpriced AS unpriced,
    requests.input_tokens AS input_tokens,
    requests.output_tokens AS output_tokens,
    requests.cache_read_input_tokens AS cache_read_input_tokens,
    requests.cache_write_input_tokens AS cache_write_input_tokens,
    requests.reasoning_output_tokens AS reasoning_output_tokens,
    requests.cost_usd AS cost_usd,
    requests.cache_savings_usd AS cache_savings_usd
  FROM requests
  WHERE
    requests.epoch_us >= $from_us AND requests.epoch_us < $until_us $shards_end AS slotted
GROUP BY
  slot_us,
  strategy,
  provider,
  model
