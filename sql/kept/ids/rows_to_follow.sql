-- Choose the rows that are to be followed in one part.
create or replace table rows_to_follow as select at_row from to_follow where part = $part
