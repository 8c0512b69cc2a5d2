delete from gateway_holds where worker = :worker
