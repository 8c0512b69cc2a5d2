insert into gateway_secrets (hash, key_id, created_us) values (:hash, :key_id, :created_us)
