-- Let go of what was looked up.
drop table wanted_ids;
drop table met;
drop table to_follow;
drop table if exists rows_to_follow
