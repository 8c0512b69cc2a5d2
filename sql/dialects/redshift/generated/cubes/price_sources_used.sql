-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Where prices, costs and counts of tokens came from, and why there is no price, by slot of time.
-- `cost_source` is that of a known cost; of a cost that is not known it is 'unknown', or 'failed' if the request failed
-- without anything on record that it used. `unpriced_reason` is that of 'unknown' costs alone. Rows are summed by what is
-- recorded and named then: a slot may have several rows of the same names.
SELECT
  "slot_us",
  COALESCE("price_source", 'not recorded') AS "price_source",
  CASE
    WHEN "is_priced" = 1
    THEN COALESCE("cost_source", 'not recorded')
    WHEN "unpriced" = 1
    THEN 'unknown'
    ELSE 'failed'
  END AS "cost_source",
  CASE
    WHEN NOT "usage_source" IS NULL
    THEN "usage_source"
    WHEN "is_priced" = 0 AND "unpriced" = 0
    THEN 'failed'
    ELSE 'not recorded'
  END AS "usage_source",
  CASE WHEN "unpriced" = 1 THEN COALESCE("unpriced_reason", 'not recorded') END AS "unpriced_reason",
  "requests",
  "cost_usd",
  "tokens"
FROM (
  SELECT
    "slot_us",
    "price_source",
    "cost_source",
    "usage_source",
    "unpriced_reason",
    "unpriced",
    "is_priced",
    COUNT(*) AS "requests",
    SUM("cost_usd") AS "cost_usd",
    SUM("tokens") AS "tokens"
  FROM (
    SELECT
      "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
      "price_source",
      "cost_source",
      "usage_source",
      "unpriced_reason",
      "unpriced",
      CASE WHEN "cost_usd" IS NULL THEN 0 ELSE 1 END AS "is_priced",
      COALESCE("input_tokens", 0) + COALESCE("output_tokens", 0) AS "tokens",
      "cost_usd"
    FROM "requests"
    WHERE
      "epoch_us" >= $from_us AND "epoch_us" < $until_us
  ) AS "slotted"
  GROUP BY
    "slot_us",
    "price_source",
    "cost_source",
    "usage_source",
    "unpriced_reason",
    "unpriced",
    "is_priced"
) AS "summed"
