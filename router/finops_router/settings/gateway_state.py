"""The part of [gateway] in finops.toml that says where its workers keep what they share: keys, limits and budgets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finops_router.settings.toml import Table

STATE_KEYS = ("folder", "state")
SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayStateConfig:
    """Where the state of the gateway is.

    `folder` is on this host's own disk and is what its workers share: the state, if `state` is None, counters of
    limits, and what each has spent and not yet booked. `state` is the address of a PostgreSQL that several hosts share.
    """

    folder: Path = Path("finops-gateway")
    state: str | None = None


def gateway_state_settings(section: Table) -> GatewayStateConfig:
    """Return the two of [gateway]; whoever reads the table checks its keys. Raises ConfigError for a value."""
    usual = GatewayStateConfig()
    state = section.optional("state")
    if state is not None and not state.startswith(SCHEMES):
        raise section.wrong("state", "write postgresql://user@host/database, or leave it out for a file in the folder")
    return GatewayStateConfig(folder=Path(section.optional("folder") or usual.folder), state=state)
