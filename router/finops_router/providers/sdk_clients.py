"""Make the clients of the providers' SDKs, each an optional extra."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from finops_router.errors import ConfigError
from finops_router.providers.keys import api_key
from finops_router.providers.settings import ProviderSettings

Client = TypeVar("Client")


@contextmanager
def optional_sdk(name: str, extra: str) -> Iterator[None]:
    """Import the SDK `name` inside; raises ConfigError with the `extra` to install if it is missing."""
    try:
        yield
    except ImportError as err:
        raise ConfigError(f"{name} is not installed", f"pip install 'finops-report[{extra}]'") from err


def sdk_client(make: Callable[..., Client], settings: ProviderSettings) -> Client:
    """Return the client of an SDK of the OpenAI and Anthropic kind for `settings`; raises ConfigError without a key."""
    return make(
        api_key=api_key(settings),
        base_url=settings.base_url,
        default_headers=dict(settings.headers),
        max_retries=0,  # the router retries,
        timeout=None,  # and the router keeps the time
    )
