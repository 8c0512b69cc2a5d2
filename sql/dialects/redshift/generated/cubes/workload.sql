-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Like with like: answered requests of a stretch of days by model group and size (powers of two of input and output tokens), for comparing strategies and models on the same work.
-- A length is one more than the tokens, so that a request without any has one; squares and products serve the intervals.
SELECT
  "stretch_us",
  "requested_model",
  "input_size",
  "output_size",
  "strategy",
  "provider",
  "model",
  COUNT(*) AS "requests",
  SUM("cost_usd") AS "cost_usd",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN 1 ELSE 0 END) AS "priced_requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN CAST("length" AS BIGINT) ELSE 0 END) AS "priced_length",
  SUM(
    CAST(CAST(FLOOR("scaled_1" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254.740992' AS DECIMAL(16, 6)) + CAST(CAST(FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000001' AS DECIMAL(6, 6))
  ) AS "micro_usd_squares",
  SUM(
    CAST(CAST(FLOOR("scaled_2" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254.740992' AS DECIMAL(16, 6)) + CAST(CAST(FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_2" - FLOOR("scaled_2" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000001' AS DECIMAL(6, 6))
  ) AS "micro_usd_lengths",
  SUM(
    CAST(CAST(FLOOR("scaled_3" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254.740992' AS DECIMAL(16, 6)) + CAST(CAST(FLOOR("scaled_3" - FLOOR("scaled_3" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_3" - FLOOR("scaled_3" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_3" - FLOOR("scaled_3" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000001' AS DECIMAL(6, 6))
  ) AS "length_squares",
  SUM(
    CAST(CAST(FLOOR("scaled_4" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254740.992' AS DECIMAL(16, 3)) + CAST(CAST(FLOOR("scaled_4" - FLOOR("scaled_4" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_4" - FLOOR("scaled_4" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_4" - FLOOR("scaled_4" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.001' AS DECIMAL(3, 3))
  ) AS "latency_ms",
  SUM(CASE WHEN NOT "latency_ms" IS NULL THEN 1 ELSE 0 END) AS "timed_requests",
  SUM(CASE WHEN NOT "latency_ms" IS NULL THEN CAST("answer_length" AS BIGINT) ELSE 0 END) AS "timed_length",
  SUM(
    CAST(CAST(FLOOR("scaled_5" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254.740992' AS DECIMAL(16, 6)) + CAST(CAST(FLOOR("scaled_5" - FLOOR("scaled_5" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_5" - FLOOR("scaled_5" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_5" - FLOOR("scaled_5" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000001' AS DECIMAL(6, 6))
  ) AS "ms_squares",
  SUM(
    CAST(CAST(FLOOR("scaled_6" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254.740992' AS DECIMAL(16, 6)) + CAST(CAST(FLOOR("scaled_6" - FLOOR("scaled_6" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_6" - FLOOR("scaled_6" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_6" - FLOOR("scaled_6" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000001' AS DECIMAL(6, 6))
  ) AS "ms_lengths",
  SUM(
    CAST(CAST(FLOOR("scaled_7" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254.740992' AS DECIMAL(16, 6)) + CAST(CAST(FLOOR("scaled_7" - FLOOR("scaled_7" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_7" - FLOOR("scaled_7" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_7" - FLOOR("scaled_7" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000001' AS DECIMAL(6, 6))
  ) AS "answer_length_squares"
FROM (
  SELECT
    *,
    CASE WHEN (
      "micro_usd" * "micro_usd"
    ) < 1e25 THEN (
      "micro_usd" * "micro_usd"
    ) * 1e6 END AS "scaled_1",
    CASE WHEN (
      "micro_usd" * "length"
    ) < 1e25 THEN (
      "micro_usd" * "length"
    ) * 1e6 END AS "scaled_2",
    CASE
      WHEN (
        CASE WHEN NOT "micro_usd" IS NULL THEN "length" * "length" END
      ) < 1e25
      THEN (
        CASE WHEN NOT "micro_usd" IS NULL THEN "length" * "length" END
      ) * 1e6
    END AS "scaled_3",
    CASE WHEN "latency_ms" < 1e25 THEN "latency_ms" * 1e3 END AS "scaled_4",
    CASE WHEN (
      "latency_ms" * "latency_ms"
    ) < 1e25 THEN (
      "latency_ms" * "latency_ms"
    ) * 1e6 END AS "scaled_5",
    CASE WHEN (
      "latency_ms" * "answer_length"
    ) < 1e25 THEN (
      "latency_ms" * "answer_length"
    ) * 1e6 END AS "scaled_6",
    CASE
      WHEN (
        CASE WHEN NOT "latency_ms" IS NULL THEN "answer_length" * "answer_length" END
      ) < 1e25
      THEN (
        CASE WHEN NOT "latency_ms" IS NULL THEN "answer_length" * "answer_length" END
      ) * 1e6
    END AS "scaled_7"
  FROM (
    SELECT
      "slots"."stretch_us",
      COALESCE("requested_model", 'not recorded') AS "requested_model",
      CAST(FLOOR(CAST(LN("input_tokens" + 1) AS DOUBLE PRECISION) / LN(2)) AS INTEGER) AS "input_size",
      CAST(FLOOR(CAST(LN("output_tokens" + 1) AS DOUBLE PRECISION) / LN(2)) AS INTEGER) AS "output_size",
      "strategy",
      "provider",
      "model",
      "cost_usd",
      "latency_ms",
      CAST("input_tokens" + "output_tokens" + 1 AS DOUBLE PRECISION) AS "length",
      CAST("output_tokens" + 1 AS DOUBLE PRECISION) AS "answer_length",
      CASE WHEN "cost_usd" < 1000000 THEN CAST("cost_usd" AS DOUBLE PRECISION) * 1000000 END AS "micro_usd"
    FROM "requests"
    JOIN "slots"
      ON "slots"."slot_us" = "requests"."epoch_us" - "requests"."epoch_us" % $slot_us
    WHERE
      "epoch_us" >= $from_us
      AND "epoch_us" < $until_us
      AND "failed" = 0
      AND NOT "input_tokens" IS NULL
      AND NOT "output_tokens" IS NULL
  ) AS "sized"
) AS "sized"
GROUP BY
  "stretch_us",
  "requested_model",
  "input_size",
  "output_size",
  "strategy",
  "provider",
  "model"
