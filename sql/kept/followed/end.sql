-- Let go of what was looked up.
drop table stretches_now;
drop table travelling_ids;
drop table rows_of_new_days
