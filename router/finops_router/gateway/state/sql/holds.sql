select worker, held_usd, idle_usd from gateway_holds where budget = :budget and start_us = :start_us
