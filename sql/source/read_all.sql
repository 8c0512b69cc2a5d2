-- Read the rows of files that lie far away of all times again.
reset variable read_between
