"""Hold the FOCUS export against the validators of others, in an environment of their own (`make focus-check`)."""
