select spent_usd, wanted_us from gateway_accounts where budget = :budget and start_us = :start_us
