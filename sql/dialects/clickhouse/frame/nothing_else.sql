-- Nothing that a statement stands on beside what its shards do.
null as nothing_else
