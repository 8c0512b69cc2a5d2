-- What the rows of each UTC hour are: how many, what they span, and the sum of their prints, which is the same in any order.
-- Rows without a usable time have no hour; those in the future, and after the moment of the build, lengthen nothing.
-- OFFSET 0 keeps the time of a row from being worked out at each place that names it: twice as long.
select
    epoch_us - epoch_us % 3600000000 as hour_us,
    min(case when epoch_us < $now_us then epoch_us end) as first_us,
    max(case when epoch_us <= $moment_us then epoch_us end) as last_us,
    max(epoch_us) as latest_us,
    count(*) as requests,
    cast(sum(print) as text) as print
from (select case when timestamp >= 946684800000000 then timestamp end as epoch_us, print from printed offset 0) as usable
group by epoch_us - epoch_us % 3600000000
