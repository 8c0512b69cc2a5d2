delete from gateway_workers where worker = :worker
