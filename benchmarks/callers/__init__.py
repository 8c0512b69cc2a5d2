"""One contender of `python -m benchmarks scenarios` a file, each run as a process in its own environment."""
