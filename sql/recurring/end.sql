-- Let go of the numbers.
drop table id_hashes;
drop table recurring_hashes
