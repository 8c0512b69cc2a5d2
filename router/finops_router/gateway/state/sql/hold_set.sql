insert into gateway_holds (worker, budget, start_us, held_usd, idle_usd)
values (:worker, :budget, :start_us, :held_usd, :idle_usd)
on conflict (worker, budget, start_us) do update set held_usd = :held_usd, idle_usd = :idle_usd
