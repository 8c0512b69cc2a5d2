-- What the rows of each UTC hour are: how many, what they span, and the sum of their prints, which is the same in any order.
-- Rows without a usable time have no hour; those in the future, and after the moment of the build, lengthen nothing.
select
    usable.epoch_us - usable.epoch_us % 3600000000 as hour_us,
    min(toNullable(case when usable.epoch_us < $now_us then usable.epoch_us end)) as first_us,
    max(toNullable(case when usable.epoch_us <= $moment_us then usable.epoch_us end)) as last_us,
    max(toNullable(usable.epoch_us)) as latest_us,
    count() as requests,
    toString(sum(toUInt128(usable.print))) as print
from $shards_begin select
    case when printed.timestamp >= 946684800000000 then printed.timestamp end as epoch_us,
    printed.print as print
from printed $shards_end as usable
group by usable.epoch_us - usable.epoch_us % 3600000000
