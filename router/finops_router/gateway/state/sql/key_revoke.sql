update gateway_keys set revoked_us = :now_us where id = :id and revoked_us is null
