-- Equal requests between two moments, as far as a price can depend on it, with their number and what is on record of their cost.
-- They are told apart by the quarter of an hour, within which no list changes a price.
SELECT
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
  CAST(other_units AS TEXT) AS other_units_as_text,
  failed,
  epoch_us - epoch_us % 900000000 AS slot_us,
  COUNT(*) AS requests,
  COUNT(cost_usd) AS priced_requests,
  SUM(cost_usd) AS cost_usd
FROM requests
WHERE
  epoch_us >= $from_us AND epoch_us < $until_us
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
  CAST(other_units AS TEXT),
  failed,
  epoch_us - epoch_us % 900000000
