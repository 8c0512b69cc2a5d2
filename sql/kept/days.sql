-- The first and the last moment of all that is recorded.
select min(hour_us) as first_us, max(latest_us) as last_us from kept.cubes.hours
