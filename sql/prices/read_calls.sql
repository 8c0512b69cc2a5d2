-- The calls, as they were summed.
from cubes.calls
