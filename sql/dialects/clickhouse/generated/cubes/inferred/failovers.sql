-- Where attempts are not recorded: one request_id with rows of several providers moved from the earlier to the later one.
SELECT
  moves.slot_us AS slot_us,
  moves.from_provider AS from_provider,
  moves.to_provider AS to_provider,
  'not recorded' AS error_type,
  COUNT(*) AS events,
  SUM(moves.recovered) AS recovered
FROM (
  SELECT
    requests.epoch_us - requests.epoch_us % $slot_us AS slot_us,
    requests.provider AS from_provider,
    lead(toNullable(requests.provider)) OVER (PARTITION BY requests.request_id ORDER BY requests.epoch_us, requests.provider) AS to_provider,
    MAX(toNullable(CASE WHEN requests.output_tokens > 0 AND requests.failed = 0 THEN 1 ELSE 0 END)) OVER (PARTITION BY requests.request_id) AS recovered
  FROM requests
  WHERE
    requests.epoch_us >= $from_us
    AND requests.epoch_us < $until_us
    AND requests.request_id GLOBAL IN (
      SELECT
        recurring_ids.request_id AS request_id
      FROM recurring_ids
    )
) AS moves
WHERE
  moves.to_provider <> moves.from_provider
GROUP BY
  slot_us,
  from_provider,
  to_provider
