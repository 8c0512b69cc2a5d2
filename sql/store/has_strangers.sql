-- Whether a line that is JSON is no record all the same: no record is without its moment and its id, or out of all time.
select count(*) > 0 from segment where timestamp is null or request_id is null or not isfinite(timestamp)
