"""The [reconcile] part of finops.toml: whose bills are compared, and how much of them may stay unexplained."""

from __future__ import annotations

from dataclasses import dataclass, fields

from finops_router.settings.toml import Table


@dataclass(frozen=True, slots=True)
class ReconcileConfig:
    """What finops.toml says about bills.

    `accounts` are the billed ones whose requests are recorded (none named: all), `max_rest` the share of a provider's
    bill that may stay unexplained.
    """

    accounts: frozenset[str] = frozenset()
    max_rest: float = 0.01


def reconcile_settings(table: Table) -> ReconcileConfig:
    """Return the settings of [reconcile]. Raises ConfigError for a key or value that cannot be used."""
    usual = ReconcileConfig()
    table.only(one.name for one in fields(ReconcileConfig))
    return ReconcileConfig(
        accounts=table.words("accounts") if table.has("accounts") else usual.accounts,
        max_rest=table.share("max_rest", usual.max_rest),
    )
