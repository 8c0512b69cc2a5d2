-- The local days of the report that are in no month that lies whole in one of its stretches.
select distinct day_us from spans where day_us not in (select day_us from whole_months) order by day_us
