-- How many lines of these segments are in the tables, or were set aside; those that were never loaded are not among them.
select segment, records + quarantined from loaded_segments where segment = any($segments::text[])
