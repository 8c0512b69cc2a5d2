-- The numbers of the files of a part in which rows are to be followed: the upper half of where a row stands.
select distinct at_row >> 32 as file_number from rows_to_follow order by file_number
