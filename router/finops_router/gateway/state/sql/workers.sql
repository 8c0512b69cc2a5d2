select worker, host, seen_us from gateway_workers
