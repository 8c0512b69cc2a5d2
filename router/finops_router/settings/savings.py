"""The [savings] part of finops.toml: which work may be answered later, and so at a lower price."""

from __future__ import annotations

from dataclasses import dataclass

from finops_router.settings.tags import one_tag
from finops_router.settings.toml import Table


@dataclass(frozen=True, slots=True)
class SavingsConfig:
    """The tags, by key and value, of work that is not urgent; one of them on a request is enough."""

    not_urgent: tuple[tuple[str, str], ...] = ()


def savings_settings(table: Table) -> SavingsConfig:
    """Return the settings of [savings]. Raises ConfigError for a key or value that cannot be used."""
    table.only(("not_urgent",))
    return SavingsConfig(tuple(dict.fromkeys(_tag(table, one) for one in table.tables("not_urgent"))))


def _tag(table: Table, one: Table) -> tuple[str, str]:
    tag = one_tag(one)
    if tag is None:
        raise table.wrong("not_urgent", 'name one key and its value in each, as [{ urgency = "batch" }]', "tags")
    return tag
