-- The reader's table with every column of the contract: those it lacks are NULL, which the page calls 'not recorded'.
select * from contract.telemetry
union all by name
select * from recorded_telemetry
