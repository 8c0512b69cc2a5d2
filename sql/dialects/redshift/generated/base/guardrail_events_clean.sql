-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- One row a guardrail decision with values that can be summed; what cannot be used of it is NULL, and counted by the view `values_set_aside`.
SELECT
  CASE WHEN "timestamp" >= 946684800000000 THEN "timestamp" END AS "epoch_us",
  COALESCE(NULLIF(BTRIM("short_guardrail", $spaces), ''), 'not recorded') AS "guardrail",
  COALESCE(NULLIF(BTRIM("short_action", $spaces), ''), 'not recorded') AS "action",
  NULLIF(BTRIM("short_team", $spaces), '') AS "team",
  CASE
    WHEN "typed_cost" >= 0 AND "typed_cost" < 1e12
    THEN CAST(CAST(FLOOR("scaled_1" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007.199254740992' AS DECIMAL(16, 12)) + CAST(CAST(FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000000000001' AS DECIMAL(12, 12))
  END AS "cost_usd",
  CASE
    WHEN "typed_avoided" >= 0 AND "typed_avoided" < 1e12
    THEN CAST(CAST(FLOOR("scaled_2" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007.199254740992' AS DECIMAL(16, 12)) + CAST(CAST(FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000000000001' AS DECIMAL(12, 12))
  END AS "avoided_usd",
  CASE
    WHEN "timestamp" IS NULL AND NOT ARRAY_CONTAINS("unreadable_columns", 'timestamp:not a usable time')
    THEN 1
    ELSE 0
  END AS "missing_timestamp",
  CASE WHEN NOT "timestamp" IS NULL AND NOT COALESCE("timestamp" >= 946684800000000, FALSE) THEN 1 ELSE 0 END AS "bad_timestamp",
  CASE WHEN NOT "typed_cost" IS NULL AND NOT (
    "typed_cost" >= 0 AND "typed_cost" < 1e12
  ) THEN 1 ELSE 0 END AS "bad_cost_estimated",
  CASE
    WHEN NOT "typed_avoided" IS NULL AND NOT (
      "typed_avoided" >= 0 AND "typed_avoided" < 1e12
    )
    THEN 1
    ELSE 0
  END AS "bad_cost_avoided",
  "unreadable_columns"
FROM (
  SELECT
    *,
    CASE WHEN "typed_cost" < 1e25 THEN "typed_cost" * 1e12 END AS "scaled_1",
    CASE WHEN "typed_avoided" < 1e25 THEN "typed_avoided" * 1e12 END AS "scaled_2"
  FROM (
    SELECT
      "timestamp",
      "short_guardrail",
      "short_action",
      "short_team",
      "unreadable_columns",
      "cost_estimated" AS "typed_cost",
      "cost_avoided" AS "typed_avoided"
    FROM "guardrail_events"
  ) AS "typed"
) AS "typed"
