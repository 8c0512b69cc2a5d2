-- Let go of the kept cubes, so that other builds can have them.
detach kept
