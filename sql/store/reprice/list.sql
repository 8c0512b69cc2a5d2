-- All repricings, the newest last.
select repricing, epoch_us(made_at), prices, requests, attempts, before_usd, after_usd, epoch_us(undone_at)
from repricings
order by repricing
