-- How many lines of this segment are in the tables, or were set aside.
select coalesce(sum(records + quarantined), 0) from loaded_segments where segment = $segment
