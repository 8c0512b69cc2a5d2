-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- One row an attempt with values that can be summed; without those the router gave up or left out on purpose: they are no failures.
SELECT
  CASE WHEN "timestamp" >= 946684800000000 THEN "timestamp" END AS "epoch_us",
  NOT "timestamp" IS NULL AS "at_given",
  "request_id",
  CASE
    WHEN "typed_attempt" BETWEEN 0 AND 1000000
    THEN CAST(FLOOR("typed_attempt") + CASE
      WHEN "typed_attempt" - FLOOR("typed_attempt") > 0.5
      OR (
        "typed_attempt" - FLOOR("typed_attempt") = 0.5 AND CAST(FLOOR("typed_attempt") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS INTEGER)
  END AS "attempt",
  COALESCE(NULLIF(BTRIM("provider", $spaces), ''), 'not recorded') AS "provider",
  COALESCE(NULLIF(BTRIM("model", $spaces), ''), 'not recorded') AS "model",
  COALESCE(NULLIF(BTRIM("outcome", $spaces), ''), 'not recorded') AS "outcome",
  CASE
    WHEN "outcome" = 'skipped'
    THEN COALESCE(NULLIF(BTRIM("error_type", $spaces), ''), 'resting after failures')
    ELSE COALESCE(NULLIF(BTRIM("error_type", $spaces), ''), 'not recorded')
  END AS "error_type",
  CASE WHEN "typed_latency" >= 0 AND "typed_latency" < 1e12 THEN "typed_latency" END AS "latency_ms",
  COALESCE(
    CASE
      WHEN "typed_input" BETWEEN 0 AND 1000000000000
      THEN CAST(FLOOR("typed_input") + CASE
        WHEN "typed_input" - FLOOR("typed_input") > 0.5
        OR (
          "typed_input" - FLOOR("typed_input") = 0.5 AND CAST(FLOOR("typed_input") AS BIGINT) % 2 = 1
        )
        THEN 1
        ELSE 0
      END AS BIGINT)
    END,
    0
  ) + COALESCE(
    CASE
      WHEN "typed_output" BETWEEN 0 AND 1000000000000
      THEN CAST(FLOOR("typed_output") + CASE
        WHEN "typed_output" - FLOOR("typed_output") > 0.5
        OR (
          "typed_output" - FLOOR("typed_output") = 0.5 AND CAST(FLOOR("typed_output") AS BIGINT) % 2 = 1
        )
        THEN 1
        ELSE 0
      END AS BIGINT)
    END,
    0
  ) AS "tokens",
  CASE
    WHEN "typed_cost" >= 0 AND "typed_cost" < 1e12
    THEN CAST(CAST(FLOOR("scaled_1" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007.199254740992' AS DECIMAL(16, 12)) + CAST(CAST(FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000000000001' AS DECIMAL(12, 12))
  END AS "cost_usd",
  NULLIF(BTRIM("usage_source", $spaces), '') AS "usage_source",
  CASE WHEN NOT "timestamp" IS NULL AND NOT COALESCE("timestamp" >= 946684800000000, FALSE) THEN 1 ELSE 0 END AS "bad_timestamp",
  CASE WHEN NOT "typed_attempt" IS NULL AND NOT (
    "typed_attempt" BETWEEN 0 AND 1000000
  ) THEN 1 ELSE 0 END AS "bad_attempt",
  CASE
    WHEN NOT "typed_latency" IS NULL AND NOT (
      "typed_latency" >= 0 AND "typed_latency" < 1e12
    )
    THEN 1
    ELSE 0
  END AS "bad_latency_ms",
  CASE WHEN NOT "typed_input" IS NULL AND NOT (
    "typed_input" BETWEEN 0 AND 1000000000000
  ) THEN 1 ELSE 0 END AS "bad_input_tokens",
  CASE WHEN NOT "typed_output" IS NULL AND NOT (
    "typed_output" BETWEEN 0 AND 1000000000000
  ) THEN 1 ELSE 0 END AS "bad_output_tokens",
  CASE WHEN NOT "typed_cost" IS NULL AND NOT (
    "typed_cost" >= 0 AND "typed_cost" < 1e12
  ) THEN 1 ELSE 0 END AS "bad_cost_estimated",
  "unreadable_columns"
FROM (
  SELECT
    *,
    CASE WHEN "typed_cost" < 1e25 THEN "typed_cost" * 1e12 END AS "scaled_1"
  FROM (
    SELECT
      "timestamp",
      "request_id",
      "short_provider" AS "provider",
      "short_model" AS "model",
      "short_outcome" AS "outcome",
      "short_error_type" AS "error_type",
      "usage_source",
      "unreadable_columns",
      "attempt" AS "typed_attempt",
      "latency_ms" AS "typed_latency",
      "input_tokens" AS "typed_input",
      "output_tokens" AS "typed_output",
      "cost_estimated" AS "typed_cost"
    FROM "attempts"
    WHERE
      NOT COALESCE("attempts"."error_type", '') IN ('hedged', 'at_limit', 'over_budget')
  ) AS "typed"
) AS "typed"
