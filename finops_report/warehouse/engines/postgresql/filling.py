"""Fill the pieces of SQL in sql/dialects/postgres: names by the driver's own quoting, values as parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from finops_report.warehouse.engines.dialect import Dialect

if TYPE_CHECKING:
    from psycopg.sql import Composable, Composed

PLACE = re.compile(r"\$(\w+)")
POSTGRES = Dialect("postgres")


def filled(text: str, pieces: Mapping[str, Composable] | None = None) -> Composed:
    """Return a text with `pieces` in their places ($name); other places are values that come with the execution."""
    from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

    known = pieces or {}
    parts: list[Composable] = []
    end = 0
    for match in PLACE.finditer(text):
        parts += [_raw(text[end : match.start()]), known.get(match[1]) or sql.Placeholder(match[1])]
        end = match.end()
    return sql.Composed([*parts, _raw(text[end:])])


def piece(name: str, /, **pieces: Composable) -> Composed:
    """Return sql/dialects/postgres/<name>.sql with these pieces in it."""
    folder, _, file = name.rpartition("/")
    return filled(POSTGRES.text(folder, file), pieces)


def listed(parts: Iterable[Composable]) -> Composed:
    """Return pieces with commas between them."""
    from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

    return sql.SQL(", ").join(parts)


def identifier(*names: str) -> Composable:
    """Return the name of a column, or of a table with its schema, as PostgreSQL quotes it."""
    from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

    return sql.Identifier(*names)


def literal(value: object) -> Composable:
    """Return a value as PostgreSQL writes it."""
    from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

    return sql.Literal(value)


def _raw(text: str) -> Composable:
    from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

    return sql.SQL(cast("Any", text.replace("%", "%%")))
