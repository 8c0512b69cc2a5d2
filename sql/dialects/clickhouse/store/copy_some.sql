-- The rows of a table of some time, as lines of text.
select $columns
from $table
where timestamp >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC') and timestamp < fromUnixTimestamp64Micro({until_us:Int64}, 'UTC')
format CSV
