"""The [[units]] of finops.toml: the business outcomes that a company counts, and where its counts are."""

from __future__ import annotations

from dataclasses import dataclass

from finops_router.errors import ConfigError
from finops_router.settings.toml import Table

KEYS = ("name", "file", "table")
TABLE = "units"  # in the database: sql/schema/011_units.sql


@dataclass(frozen=True, slots=True)
class UnitConfig:
    """One kind of outcome, as 'ticket', and the CSV that counts it; without a file the table `units` does."""

    name: str
    file: str | None = None


def unit_settings(tables: list[Table]) -> tuple[UnitConfig, ...]:
    """Return the settings of [[units]]. Raises ConfigError for a key or value that cannot be used."""
    found: dict[str, UnitConfig] = {}
    for table in tables:
        table.only(KEYS)
        name, file = table.text("name").strip(), table.optional("file")
        if name in found:
            raise table.wrong("name", "count each outcome in one place", "a new name")
        if (file is None) == (not table.has("table")):
            raise ConfigError(
                f"Not one place of counts in {table.where(table.name)}: {name}",
                'give either file, as "tickets.csv", or table = "units"',
            )
        if table.has("table") and table.text("table").lower() != TABLE:
            raise table.wrong("table", f'the table is called {TABLE}: table = "{TABLE}"')
        found[name] = UnitConfig(name, file)
    return tuple(found.values())
