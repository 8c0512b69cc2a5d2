-- Go back to where the views are made, beside the schema of the cubes.
use memory.main;
create schema cubes;
create schema coarse
