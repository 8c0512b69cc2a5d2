-- Where prices, costs and counts of tokens came from, and why there is no price, by slot of time.
-- `cost_source` is that of a known cost; of a cost that is not known it is 'unknown', or 'failed' if the request failed
-- without anything on record that it used. `unpriced_reason` is that of 'unknown' costs alone. Rows are summed by what is
-- recorded and named then: a slot may have several rows of the same names.
SELECT
  summed.slot_us AS slot_us,
  COALESCE(summed.price_source, 'not recorded') AS price_source,
  CASE
    WHEN summed.is_priced = 1
    THEN COALESCE(summed.cost_source, 'not recorded')
    WHEN summed.unpriced = 1
    THEN 'unknown'
    ELSE 'failed'
  END AS cost_source,
  CASE
    WHEN NOT (
      summed.usage_source IS NULL
    )
    THEN summed.usage_source
    WHEN summed.is_priced = 0 AND summed.unpriced = 0
    THEN 'failed'
    ELSE 'not recorded'
  END AS usage_source,
  CASE WHEN summed.unpriced = 1 THEN COALESCE(summed.unpriced_reason, 'not recorded') END AS unpriced_reason,
  summed.requests AS requests,
  summed.cost_usd AS cost_usd,
  summed.tokens AS tokens
FROM (
  SELECT
    slotted.slot_us AS slot_us,
    slotted.price_source AS price_source,
    slotted.cost_source AS cost_source,
    slotted.usage_source AS usage_source,
    slotted.unpriced_reason AS unpriced_reason,
    slotted.unpriced AS unpriced,
    slotted.is_priced AS is_priced,
    COUNT(*) AS requests,
    SUM(slotted.cost_usd) AS cost_usd,
    SUM(slotted.tokens) AS tokens
  FROM $shards_begin SELECT
      requests.epoch_us - requests.epoch_us % $slot_us AS slot_us,
      requests.price_source AS price_source,
      requests.cost_source AS cost_source,
      requests.usage_source AS usage_source,
      requests.unpriced_reason AS unpriced_reason,
      requests.unpriced AS unpriced,
      CASE WHEN requests.cost_usd IS NULL THEN 0 ELSE 1 END AS is_priced,
      COALESCE(requests.input_tokens, 0) + COALESCE(requests.output_tokens, 0) AS tokens,
      requests.cost_usd AS cost_usd
    FROM requests
    WHERE
      requests.epoch_us >= $from_us AND requests.epoch_us < $until_us $shards_end AS slotted
  GROUP BY
    slot_us,
    price_source,
    cost_source,
    usage_source,
    unpriced_reason,
    unpriced,
    is_priced
) AS summed
