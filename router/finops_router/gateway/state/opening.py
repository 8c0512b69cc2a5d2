"""Open the state that the settings name."""

from __future__ import annotations

from pathlib import Path

from finops_router.errors import ConfigError
from finops_router.gateway.state.contract import State
from finops_router.gateway.state.sqlite import SqliteState

FILE = "state.sqlite"
SCHEMES = ("postgresql://", "postgres://")


def open_state(address: str | None, folder: Path) -> State:
    """Return the state at `address`, 'postgresql://...', or without one in a SQLite file in `folder`.

    Raises ConfigError for another address, and if PostgreSQL's driver is not installed, StateLostError if it cannot be
    opened.
    """
    if address is None:
        return SqliteState(folder / FILE)
    if not address.startswith(SCHEMES):
        scheme = address.partition("://")[0] if "://" in address else "no scheme"
        raise ConfigError(f"Not a state the gateway knows: {scheme}", "write postgresql://..., or leave state out")
    try:
        from finops_router.gateway.state.postgresql import PostgresqlState  # noqa: PLC0415 -- an extra
    except ImportError as err:
        raise ConfigError(
            "PostgreSQL's driver is not installed", "install it: pip install 'finops-report[postgresql]'"
        ) from err
    return PostgresqlState(address)
