"""Read the statements of the state: one SQL for both stores, in the subset they share, values by :name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
SCHEMA = "schema"
VALUE = re.compile(r":([a-z_]+)")


@cache
def statement(name: str) -> str:
    """Return the statement sql/<name>.sql."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def schema() -> tuple[str, ...]:
    """Return the statements that make the tables if they are not there."""
    return tuple(one for one in (part.strip() for part in statement(SCHEMA).split(";")) if one)


@cache
def with_percent(name: str) -> str:
    """Return the statement as PostgreSQL's driver wants it: values by %(name)s."""
    return VALUE.sub(r"%(\1)s", statement(name).replace("%", "%%"))
