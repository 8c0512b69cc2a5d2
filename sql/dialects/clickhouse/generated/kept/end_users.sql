-- The part of the cube `attribution` that is by end user: by local day, and with `day_us` NULL by local month.
-- Months begin anew where a report's comparison begins: one that is cut so is put together from its days.
SELECT
  attributed.month_us AS month_us,
  attributed.day_us AS day_us,
  attributed.end_user AS end_user,
  COUNT(*) AS requests,
  SUM(attributed.cost_usd) AS cost_usd,
  SUM(CASE WHEN NOT (
    attributed.cost_usd IS NULL
  ) THEN 1 ELSE 0 END) AS priced_requests,
  SUM(
    CASE
      WHEN NOT (
        attributed.cost_usd IS NULL
      )
      THEN COALESCE(attributed.input_tokens, 0) + COALESCE(attributed.output_tokens, 0)
      ELSE 0
    END
  ) AS priced_tokens,
  SUM(attributed.unpriced) AS unpriced_requests
FROM $shards_begin SELECT
    slots.month_us AS month_us,
    slots.day_us AS day_us,
    requests.end_user AS end_user,
    requests.cost_usd AS cost_usd,
    requests.unpriced AS unpriced,
    requests.input_tokens AS input_tokens,
    requests.output_tokens AS output_tokens
  FROM requests
  JOIN slots
    ON slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
  WHERE
    requests.epoch_us >= $from_us AND requests.epoch_us < $until_us $shards_end AS attributed
GROUP BY
  GROUPING SETS (
    (month_us, day_us, end_user),
    (month_us, end_user)
  )
ORDER BY
  day_us NULLS FIRST
