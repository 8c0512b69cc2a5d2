insert into gateway_key_changes (one, changes) values (1, 1)
on conflict (one) do update set changes = gateway_key_changes.changes + 1
