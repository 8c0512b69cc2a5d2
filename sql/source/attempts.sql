-- The recorded attempts with every column of the contract.
select * from contract.attempts
union all by name
select * from recorded_attempts
