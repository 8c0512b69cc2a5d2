select budget, start_us, spent_usd from gateway_accounts order by budget, start_us
