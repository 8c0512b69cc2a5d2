-- Make the empty tables of sql/schema in a schema of their own: they lend missing columns their names and types.
create schema contract;
use memory.contract
