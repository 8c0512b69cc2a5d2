-- Generated, not executed by BigQuery: our tests run what it means in DuckDB.
-- The part of the cube `attribution` that is by end user: by local day, and with `day_us` NULL by local month.
-- Months begin anew where a report's comparison begins: one that is cut so is put together from its days.
SELECT
  month_us,
  day_us,
  end_user,
  COUNT(*) AS requests,
  SUM(cost_usd) AS cost_usd,
  SUM(CASE WHEN NOT cost_usd IS NULL THEN 1 ELSE 0 END) AS priced_requests,
  SUM(CASE WHEN NOT cost_usd IS NULL THEN COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0) ELSE 0 END) AS priced_tokens,
  SUM(unpriced) AS unpriced_requests
FROM (
  SELECT
    slots.month_us,
    slots.day_us,
    end_user,
    cost_usd,
    unpriced,
    input_tokens,
    output_tokens
  FROM requests
  JOIN slots
    ON slots.slot_us = requests.epoch_us - MOD(requests.epoch_us, $slot_us)
  WHERE
    epoch_us >= $from_us AND epoch_us < $until_us
) AS attributed
GROUP BY
  GROUPING SETS (
    (month_us, day_us, end_user),
    (month_us, end_user)
  )
ORDER BY
  day_us
