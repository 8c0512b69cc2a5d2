-- Which parts of the time line belong to the period, and which side of the comparison they are.
select
    part,
    side,
    in_period
from period, (values (0, null), (1, 'old'), (2, 'new')) as parts (part, side),
    lateral (select case part when 0 then from_us >= start_us when 1 then old_us >= start_us else true end as in_period)
