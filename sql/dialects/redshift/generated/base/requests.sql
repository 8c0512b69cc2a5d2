-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- One row a request with values that can be summed: what cannot be used is NULL here and counted by the view `values_set_aside`.
-- The bounds: 2000-01-01 for clocks that were never set, 1e12 for numbers no request can reach; without its cache a
-- request costs at least a tenth of what it did: providers take at most twice the price for filling one.
-- A request is unpriced if its cost is unknown; one that failed, only if it is recorded that it used something.
SELECT
  CASE WHEN "typed_at" >= 946684800000000 THEN "typed_at" END AS "epoch_us",
  "at_given",
  "request_id",
  "strategy",
  "provider",
  "model",
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
  END AS "input_tokens",
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
  END AS "output_tokens",
  CASE
    WHEN "typed_cost" >= 0 AND "typed_cost" < 1e12
    THEN CAST(CAST(FLOOR("scaled_1" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007.199254740992' AS DECIMAL(16, 12)) + CAST(CAST(FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000000000001' AS DECIMAL(12, 12))
  END AS "cost_usd",
  CASE WHEN "typed_latency" >= 0 AND "typed_latency" < 1e12 THEN "typed_latency" END AS "latency_ms",
  CASE WHEN "typed_ttft" >= 0 AND "typed_ttft" < 1e12 THEN "typed_ttft" END AS "ttft_ms",
  CASE
    WHEN "typed_cost" >= 0 AND "typed_cost" < 1e12 AND "typed_savings" >= -0.9 * "typed_cost" AND "typed_savings" < 1e12
    THEN CASE
      WHEN "typed_savings" < 0
      THEN -(
        CAST(CAST(FLOOR("scaled_2" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007.199254740992' AS DECIMAL(16, 12)) + CAST(CAST(FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
          WHEN "scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
          THEN 1
          ELSE 0
        END AS DECIMAL(17, 0)) * CAST('0.000000000001' AS DECIMAL(12, 12))
      )
      ELSE CAST(CAST(FLOOR("scaled_2" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007.199254740992' AS DECIMAL(16, 12)) + CAST(CAST(FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
        WHEN "scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
        THEN 1
        ELSE 0
      END AS DECIMAL(17, 0)) * CAST('0.000000000001' AS DECIMAL(12, 12))
    END
  END AS "cache_savings_usd",
  CASE
    WHEN "typed_reads" BETWEEN 0 AND 1000000000000
    THEN CAST(FLOOR("typed_reads") + CASE
      WHEN "typed_reads" - FLOOR("typed_reads") > 0.5
      OR (
        "typed_reads" - FLOOR("typed_reads") = 0.5 AND CAST(FLOOR("typed_reads") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS BIGINT)
  END AS "cache_read_input_tokens",
  CASE
    WHEN "typed_writes" BETWEEN 0 AND 1000000000000
    THEN CAST(FLOOR("typed_writes") + CASE
      WHEN "typed_writes" - FLOOR("typed_writes") > 0.5
      OR (
        "typed_writes" - FLOOR("typed_writes") = 0.5 AND CAST(FLOOR("typed_writes") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS BIGINT)
  END AS "cache_write_input_tokens",
  CASE
    WHEN "typed_hour_writes" BETWEEN 0 AND 1000000000000
    THEN CAST(FLOOR("typed_hour_writes") + CASE
      WHEN "typed_hour_writes" - FLOOR("typed_hour_writes") > 0.5
      OR (
        "typed_hour_writes" - FLOOR("typed_hour_writes") = 0.5 AND CAST(FLOOR("typed_hour_writes") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS BIGINT)
  END AS "cache_write_1h_input_tokens",
  CASE
    WHEN "typed_reasoning" BETWEEN 0 AND 1000000000000
    THEN CAST(FLOOR("typed_reasoning") + CASE
      WHEN "typed_reasoning" - FLOOR("typed_reasoning") > 0.5
      OR (
        "typed_reasoning" - FLOOR("typed_reasoning") = 0.5 AND CAST(FLOOR("typed_reasoning") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS BIGINT)
  END AS "reasoning_output_tokens",
  CASE WHEN "at_given" AND NOT COALESCE("typed_at" >= 946684800000000, FALSE) THEN 1 ELSE 0 END AS "bad_timestamp",
  CASE WHEN "input_given" AND NOT COALESCE("typed_input" BETWEEN 0 AND 1000000000000, FALSE) THEN 1 ELSE 0 END AS "bad_input_tokens",
  CASE WHEN "output_given" AND NOT COALESCE("typed_output" BETWEEN 0 AND 1000000000000, FALSE) THEN 1 ELSE 0 END AS "bad_output_tokens",
  CASE WHEN "cost_given" AND NOT COALESCE("typed_cost" >= 0 AND "typed_cost" < 1e12, FALSE) THEN 1 ELSE 0 END AS "bad_cost_estimated",
  CASE
    WHEN "latency_given" AND NOT COALESCE("typed_latency" >= 0 AND "typed_latency" < 1e12, FALSE)
    THEN 1
    ELSE 0
  END AS "bad_latency_ms",
  CASE
    WHEN "savings_given"
    AND NOT COALESCE(
      "typed_cost" >= 0 AND "typed_cost" < 1e12 AND "typed_savings" >= -0.9 * "typed_cost" AND "typed_savings" < 1e12,
      FALSE
    )
    THEN 1
    ELSE 0
  END AS "bad_cache_savings_estimated",
  CASE WHEN NOT "typed_ttft" IS NULL AND NOT (
    "typed_ttft" >= 0 AND "typed_ttft" < 1e12
  ) THEN 1 ELSE 0 END AS "bad_ttft_ms",
  CASE WHEN NOT "typed_reads" IS NULL AND NOT (
    "typed_reads" BETWEEN 0 AND 1000000000000
  ) THEN 1 ELSE 0 END AS "bad_cache_read_input_tokens",
  CASE WHEN NOT "typed_writes" IS NULL AND NOT (
    "typed_writes" BETWEEN 0 AND 1000000000000
  ) THEN 1 ELSE 0 END AS "bad_cache_write_input_tokens",
  CASE
    WHEN NOT "typed_hour_writes" IS NULL AND NOT (
      "typed_hour_writes" BETWEEN 0 AND 1000000000000
    )
    THEN 1
    ELSE 0
  END AS "bad_cache_write_1h_input_tokens",
  CASE
    WHEN NOT "typed_reasoning" IS NULL AND NOT (
      "typed_reasoning" BETWEEN 0 AND 1000000000000
    )
    THEN 1
    ELSE 0
  END AS "bad_reasoning_output_tokens",
  CASE WHEN NOT "typed_attempts" IS NULL AND NOT (
    "typed_attempts" BETWEEN 0 AND 1000000
  ) THEN 1 ELSE 0 END AS "bad_attempts",
  CASE WHEN NOT "typed_guardrails" IS NULL AND NOT (
    "typed_guardrails" BETWEEN 0 AND 1000000
  ) THEN 1 ELSE 0 END AS "bad_guardrails",
  "unreadable_columns",
  "team",
  "project",
  "environment",
  "end_user",
  "requested_model",
  "price_source",
  CASE
    WHEN "typed_attempts" BETWEEN 0 AND 1000000
    THEN CAST(FLOOR("typed_attempts") + CASE
      WHEN "typed_attempts" - FLOOR("typed_attempts") > 0.5
      OR (
        "typed_attempts" - FLOOR("typed_attempts") = 0.5 AND CAST(FLOOR("typed_attempts") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS INTEGER)
  END AS "attempts",
  CASE
    WHEN "typed_guardrails" BETWEEN 0 AND 1000000
    THEN CAST(FLOOR("typed_guardrails") + CASE
      WHEN "typed_guardrails" - FLOOR("typed_guardrails") > 0.5
      OR (
        "typed_guardrails" - FLOOR("typed_guardrails") = 0.5 AND CAST(FLOOR("typed_guardrails") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS INTEGER)
  END AS "guardrails",
  "cost_source",
  "usage_source",
  "unpriced_reason",
  "service_tier",
  "speed",
  "inference_region",
  "other_units",
  "tags",
  CASE WHEN "status" IN ('error', 'blocked') THEN 1 ELSE 0 END AS "failed",
  CASE
    WHEN NOT COALESCE("typed_cost" >= 0 AND "typed_cost" < 1e12, FALSE)
    AND (
      NOT COALESCE("status", '') IN ('error', 'blocked') OR NOT "usage_source" IS NULL
    )
    THEN 1
    ELSE 0
  END AS "unpriced"
FROM (
  SELECT
    *,
    CASE WHEN "typed_cost" < 1e25 THEN "typed_cost" * 1e12 END AS "scaled_1",
    CASE WHEN ABS("typed_savings") < 1e25 THEN ABS("typed_savings") * 1e12 END AS "scaled_2"
  FROM (
    SELECT
      "timestamp" AS "typed_at",
      NOT "timestamp" IS NULL AS "at_given",
      "request_id",
      COALESCE(NULLIF(BTRIM("short_strategy", $spaces), ''), 'not recorded') AS "strategy",
      COALESCE(NULLIF(BTRIM("short_provider", $spaces), ''), 'not recorded') AS "provider",
      COALESCE(NULLIF(BTRIM("short_model", $spaces), ''), 'not recorded') AS "model",
      "input_tokens" AS "typed_input",
      NOT "input_tokens" IS NULL AS "input_given",
      "output_tokens" AS "typed_output",
      NOT "output_tokens" IS NULL AS "output_given",
      "cost_estimated" AS "typed_cost",
      NOT "cost_estimated" IS NULL AS "cost_given",
      "latency_ms" AS "typed_latency",
      NOT "latency_ms" IS NULL AS "latency_given",
      "ttft_ms" AS "typed_ttft",
      "cache_savings_estimated" AS "typed_savings",
      NOT "cache_savings_estimated" IS NULL AS "savings_given",
      "cache_read_input_tokens" AS "typed_reads",
      "cache_write_input_tokens" AS "typed_writes",
      "cache_write_1h_input_tokens" AS "typed_hour_writes",
      "reasoning_output_tokens" AS "typed_reasoning",
      NULLIF(BTRIM("short_team", $spaces), '') AS "team",
      NULLIF(BTRIM("short_project", $spaces), '') AS "project",
      NULLIF(BTRIM("short_environment", $spaces), '') AS "environment",
      NULLIF(BTRIM("short_end_user", $spaces), '') AS "end_user",
      NULLIF(BTRIM("short_requested_model", $spaces), '') AS "requested_model",
      "short_price_source" AS "price_source",
      NULLIF(BTRIM("short_cost_source", $spaces), '') AS "cost_source",
      NULLIF(BTRIM("short_usage_source", $spaces), '') AS "usage_source",
      NULLIF(BTRIM("short_unpriced_reason", $spaces), '') AS "unpriced_reason",
      NULLIF(BTRIM("short_service_tier", $spaces), '') AS "service_tier",
      NULLIF(BTRIM("short_speed", $spaces), '') AS "speed",
      NULLIF(BTRIM("short_inference_region", $spaces), '') AS "inference_region",
      "other_units",
      "attempts" AS "typed_attempts",
      "guardrails" AS "typed_guardrails",
      "unreadable_columns",
      "tags",
      "status"
    FROM "telemetry"
  ) AS "named"
) AS "named"
