-- Let go of what was looked up.
drop table stretches;
drop table stretches_now;
drop table slots_to_sum
