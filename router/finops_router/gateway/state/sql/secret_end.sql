update gateway_secrets set ends_us = :ends_us
where key_id = :key_id and hash <> :but_hash and (ends_us is null or ends_us > :ends_us)
