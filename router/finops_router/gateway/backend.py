"""Make a router with its providers from the settings, and another one in its place when they are read anew."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from finops_router.call.services import Funds
from finops_router.gateway.groups import Groups, with_direct_names
from finops_router.providers.contract import Provider
from finops_router.providers.known import connect
from finops_router.providers.settings import ProviderSettings
from finops_router.records import Recorder
from finops_router.router import Router
from finops_router.settings.router import RouterConfig

OUTSIDE = ("targets", "tokens")  # kinds of guardrails that need nothing of what is said


class Backend(msgspec.Struct, frozen=True):
    """A router with what it is made of; another one takes its place when the settings are read anew."""

    config: RouterConfig
    providers: Mapping[str, Provider]
    router: Router
    groups: Groups

    @property
    def looks_inside(self) -> bool:
        """Whether guardrails look at content or tools: then requests and answers must be in our own values."""
        return any(one.kind not in OUTSIDE for one in self.config.guardrails)


def backend_of(config: RouterConfig, record: Recorder, funds: Funds, before: Backend | None = None) -> Backend:
    """Return a router over `config` with its providers connected. Raises ConfigError for a missing key or library.

    `funds` pay for further attempts. `before` is the one whose place it takes: its knowledge of targets goes on, and
    the connections to providers whose settings are the same. Calls under way end where they began; what nobody uses any
    more is let go of then.
    """
    config = with_direct_names(config)
    names = sorted({target.provider for group in config.groups.values() for target in group.targets})
    providers = {name: _same(name, config, before) or _connected(name, config) for name in names}
    router = Router(config, providers, record, before=None if before is None else before.router, funds=funds)
    return Backend(config, providers, router, Groups(config, providers))


def _connected(name: str, config: RouterConfig) -> Provider:
    return connect(name, config.providers.get(name), config.connect_timeout_s)


def _same(name: str, config: RouterConfig, before: Backend | None) -> Provider | None:
    """Return the provider as it was, if nothing about it has changed; a key in a file may have."""
    if before is None or name not in before.providers:
        return None
    now: ProviderSettings | None = config.providers.get(name)
    is_same = now == before.config.providers.get(name) and config.connect_timeout_s == before.config.connect_timeout_s
    return before.providers[name] if is_same and (now is None or now.api_key_file is None) else None
