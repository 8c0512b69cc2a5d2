-- Whether what is staged is whole: whoever comes next has to publish it.
select count() from finops_publishing
