-- Let go of the telemetry file, so that writers can open it again.
detach recorded
