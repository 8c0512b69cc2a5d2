-- Go back to where the cubes and views are made.
use memory.main
