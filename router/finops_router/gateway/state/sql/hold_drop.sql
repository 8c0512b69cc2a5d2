delete from gateway_holds where worker = :worker and budget = :budget and start_us = :start_us
