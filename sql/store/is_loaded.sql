-- Whether this segment's rows are in the tables already.
select count(*) > 0 from loaded_segments where segment = $segment
