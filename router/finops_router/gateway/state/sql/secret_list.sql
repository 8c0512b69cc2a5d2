select hash, key_id, created_us, ends_us from gateway_secrets order by created_us, hash
