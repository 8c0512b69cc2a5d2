-- What the collector said of its own losses, with every column of the contract.
select * from contract.collector_health
union all by name
select * from recorded_collector_health
