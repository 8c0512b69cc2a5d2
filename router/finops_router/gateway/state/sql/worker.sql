select booked from gateway_workers where worker = :worker
