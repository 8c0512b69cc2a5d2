"""Have a provider's own client record each of its calls."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TypeVar

from finops_router.attribution import Owner
from finops_router.errors import ConfigError
from finops_router.instruments.gemini import watch_gemini
from finops_router.instruments.stainless import watch_stainless
from finops_router.instruments.watched import Watcher
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder

Client = TypeVar("Client")
WATCHED = {"openai": watch_stainless, "anthropic": watch_stainless, "google.genai": watch_gemini}


def instrument(
    client: Client,
    telemetry: Recorder,
    *,
    provider: str | None = None,
    team: str | None = None,
    project: str | None = None,
    environment: str | None = None,
    tags: Mapping[str, str] | None = None,
    prices: Prices | None = None,
) -> Client:
    """Return `client`, whose calls are from now on recorded in `telemetry`: plain and streamed, failed ones too.

    It is a client of OpenAI's, Anthropic's or Google's SDK (`google.genai`), sync or async; a copy made of it
    (`with_options`) is recorded as well. `provider` is an OpenTelemetry `gen_ai.provider.name`, for clients that speak
    to another one by `base_url`; missing, it follows from the client. `finops_router.attribution` blocks around a call
    go before team, project, environment and tags given here. Raises ConfigError for any other object.
    """
    watch = next((watch for name, watch in WATCHED.items() if _is_of(client, name)), None)
    if watch is None:
        raise ConfigError(
            f"It is no client that is known: {type(client).__module__}.{type(client).__qualname__}",
            "give a client of openai, anthropic or google.genai; for others see docs/instrument.md",
        )
    owner = Owner(team, project, environment, tags or {})
    watcher = Watcher(telemetry, prices or Prices(), owner, provider, time.time, time.perf_counter)
    watcher.get_ready()
    watch(client, watcher)
    return client


def _is_of(client: object, name: str) -> bool:
    modules = [kind.__module__ for kind in type(client).__mro__]
    return any(module == name or module.startswith(name + ".") for module in modules)
