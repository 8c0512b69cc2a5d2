-- What is at the other end: the version, and the schema that is asked first.
select version() as version, current_schema() as usual_schema
