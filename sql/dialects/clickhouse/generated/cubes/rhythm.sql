-- What thirteen months cost by slot of time, divided in two ways: by provider and model, and by team; NULL is a team that is not recorded.
-- Each way divides the whole: choose one by `divided_by`, which is 'model' or 'team'.
SELECT
  slotted.slot_us AS slot_us,
  CASE WHEN GROUPING(slotted.team) = 0 THEN 'team' ELSE 'model' END AS divided_by,
  slotted.provider AS provider,
  slotted.model AS model,
  slotted.team AS team,
  COUNT(*) AS requests,
  SUM(slotted.failed) AS failed_requests,
  SUM(slotted.cost_usd) AS cost_usd,
  SUM(slotted.unpriced) AS unpriced_requests,
  SUM(slotted.input_tokens) AS input_tokens,
  SUM(slotted.output_tokens) AS output_tokens,
  SUM(slotted.cache_read_input_tokens) AS cache_read_input_tokens
FROM $shards_begin SELECT
    requests.epoch_us - requests.epoch_us % $history_slot_us AS slot_us,
    requests.provider AS provider,
    requests.model AS model,
    requests.team AS team,
    requests.failed AS failed,
    requests.cost_usd AS cost_usd,
    requests.unpriced AS unpriced,
    requests.input_tokens AS input_tokens,
    requests.output_tokens AS output_tokens,
    requests.cache_read_input_tokens AS cache_read_input_tokens
  FROM requests
  WHERE
    requests.epoch_us >= $history_from_us AND requests.epoch_us < $history_until_us $shards_end AS slotted
GROUP BY
  GROUPING SETS (
    (slot_us, provider, model),
    (slot_us, team)
  )
