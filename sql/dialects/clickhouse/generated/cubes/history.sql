-- What thirteen months cost by local day, team, project, environment and target; NULL stays NULL: nobody claimed it.
SELECT
  dated.day_us AS day_us,
  dated.team AS team,
  dated.project AS project,
  dated.environment AS environment,
  dated.provider AS provider,
  dated.model AS model,
  COUNT(*) AS requests,
  SUM(dated.failed) AS failed_requests,
  SUM(dated.cost_usd) AS cost_usd,
  SUM(dated.unpriced) AS unpriced_requests,
  SUM(CASE WHEN NOT (
    dated.cost_usd IS NULL
  ) THEN 1 ELSE 0 END) AS priced_requests,
  SUM(
    CASE
      WHEN NOT (
        dated.cost_usd IS NULL
      )
      THEN COALESCE(dated.input_tokens, 0) + COALESCE(dated.output_tokens, 0)
      ELSE 0
    END
  ) AS priced_tokens,
  SUM(dated.input_tokens) AS input_tokens,
  SUM(dated.output_tokens) AS output_tokens,
  SUM(CASE WHEN dated.cache_read_input_tokens <= dated.input_tokens THEN dated.input_tokens END) AS reads_known_input_tokens,
  SUM(CASE WHEN dated.cache_read_input_tokens <= dated.input_tokens THEN dated.cache_read_input_tokens END) AS reads_known_read_tokens,
  SUM(CASE WHEN dated.reasoning_output_tokens <= dated.output_tokens THEN dated.output_tokens END) AS reasoning_known_output_tokens,
  SUM(CASE WHEN dated.reasoning_output_tokens <= dated.output_tokens THEN dated.reasoning_output_tokens END) AS reasoning_known_tokens,
  SUM(dated.cache_read_input_tokens) AS cache_read_input_tokens,
  SUM(CASE WHEN NOT (
    dated.cost_usd IS NULL
  ) THEN dated.cache_savings_usd END) AS cache_savings_usd
FROM $shards_begin SELECT
    history_slots.day_us AS day_us,
    requests.team AS team,
    requests.project AS project,
    requests.environment AS environment,
    requests.provider AS provider,
    requests.model AS model,
    requests.failed AS failed,
    requests.cost_usd AS cost_usd,
    requests.unpriced AS unpriced,
    requests.input_tokens AS input_tokens,
    requests.output_tokens AS output_tokens,
    requests.cache_read_input_tokens AS cache_read_input_tokens,
    requests.cache_savings_usd AS cache_savings_usd,
    requests.reasoning_output_tokens AS reasoning_output_tokens
  FROM requests
  JOIN history_slots
    ON history_slots.slot_us = requests.epoch_us - requests.epoch_us % $history_slot_us
  WHERE
    requests.epoch_us >= $history_from_us AND requests.epoch_us < $history_until_us $shards_end AS dated
GROUP BY
  day_us,
  team,
  project,
  environment,
  provider,
  model
