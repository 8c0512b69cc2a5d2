-- The latest moment of the rows that are shown.
select max(epoch_us)
from (select epoch_us from requests union all select epoch_us from attempts_clean) as moments
