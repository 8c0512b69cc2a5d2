-- What is at the other end: the version, and the database that is asked first.
select version() as version, currentDatabase() as usual_database
