"""Import a provider's library that is an optional extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from finops_router.errors import ConfigError


@contextmanager
def optional_sdk(name: str, extra: str) -> Iterator[None]:
    """Import the SDK `name` inside; raises ConfigError with the `extra` to install if it is missing."""
    try:
        yield
    except ImportError as err:
        raise ConfigError(f"{name} is not installed", f"pip install 'finops-report[{extra}]'") from err
