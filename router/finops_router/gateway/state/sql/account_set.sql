insert into gateway_accounts (budget, start_us, spent_usd, wanted_us)
values (:budget, :start_us, :spent_usd, :wanted_us)
on conflict (budget, start_us) do update set spent_usd = :spent_usd, wanted_us = :wanted_us
