-- No id is looked for any more.
truncate table finops_asked
