-- A company's own counts of business outcomes (tickets, documents, customers), by its own days: what [[units]] divides spend by.
-- Nobody but the company writes it. Several rows of a day, name and team are added up; team NULL means that all teams served it.
create table if not exists units (
    date date,
    name text,
    quantity double precision,
    team text
);
