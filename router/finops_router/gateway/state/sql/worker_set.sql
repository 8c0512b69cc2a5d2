insert into gateway_workers (worker, host, seen_us, booked) values (:worker, :host, :now_us, :booked)
on conflict (worker) do update set seen_us = :now_us, booked = :booked
