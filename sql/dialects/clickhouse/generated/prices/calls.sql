-- Equal requests between two moments, as far as a price can depend on it, with their number and what is on record of their cost.
-- They are told apart by the quarter of an hour, within which no list changes a price.
SELECT
  requests.provider AS provider,
  requests.model AS model,
  requests.requested_model AS requested_model,
  requests.service_tier AS service_tier,
  requests.speed AS speed,
  requests.inference_region AS inference_region,
  requests.usage_source AS usage_source,
  requests.cost_source AS cost_source,
  requests.price_source AS price_source,
  requests.input_tokens AS input_tokens,
  requests.output_tokens AS output_tokens,
  requests.cache_read_input_tokens AS cache_read_input_tokens,
  requests.cache_write_input_tokens AS cache_write_input_tokens,
  requests.cache_write_1h_input_tokens AS cache_write_1h_input_tokens,
  requests.reasoning_output_tokens AS reasoning_output_tokens,
  CAST(requests.other_units AS Nullable(String)) AS other_units,
  requests.failed AS failed,
  requests.epoch_us - requests.epoch_us % 900000000 AS slot_us,
  COUNT(*) AS requests,
  COUNT(requests.cost_usd) AS priced_requests,
  SUM(requests.cost_usd) AS cost_usd
FROM requests
WHERE
  requests.epoch_us >= $from_us AND requests.epoch_us < $until_us
GROUP BY
  provider,
  model,
  requested_model,
  service_tier,
  speed,
  inference_region,
  usage_source,
  cost_source,
  price_source,
  input_tokens,
  output_tokens,
  cache_read_input_tokens,
  cache_write_input_tokens,
  cache_write_1h_input_tokens,
  reasoning_output_tokens,
  CAST(other_units AS Nullable(String)),
  failed,
  epoch_us - epoch_us % 900000000
