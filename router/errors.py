"""Name the ways a routed call can end badly.

    RouterError
    ├── ConfigError             finops.toml cannot be used; says file, key and the nearest valid key
    ├── ProviderError           one attempt failed; says whether another try can help
    └── AllTargetsFailed        every target was tried or resting; carries the attempts
"""
