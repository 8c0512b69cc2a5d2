-- All that was staged is where it is seen.
truncate table finops_publishing
