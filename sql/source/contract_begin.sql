-- Read every time as UTC, and make the empty tables of sql/schema in a schema of their own: they lend missing columns their names and types.
set timezone = 'UTC';
create schema contract;
use memory.contract
