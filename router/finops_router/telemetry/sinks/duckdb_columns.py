"""Derive what DuckDB reads and inserts from the declaration of the records; only the moment is named here."""

from __future__ import annotations

from functools import cache

from finops_router.records import KINDS, MOMENT, Record, columns, fields

READ_AS = {int: "bigint", float: "double", str: "varchar", bool: "boolean", dict: "json"}


@cache
def reading() -> dict[str, dict[str, str] | list[str]]:
    """Return the parameters of sql/store/read_segments.sql but `paths`.

    `columns` are the keys of all kinds with the types they are read as; `counts` are those that become INTEGERs, and
    `others` the rest of them, the moment apart.
    """
    keys = {name: kept for kind in KINDS for name, kept in fields(kind).items()}
    return {
        "columns": {name: READ_AS[kept] for name, kept in keys.items()},
        "counts": [name for name, kept in keys.items() if kept is int and name != MOMENT],
        "others": [name for name, kept in keys.items() if kept is not int],
    }


def inserting(kind: type[Record]) -> dict[str, list[str]]:
    """Return the parameters of sql/store/insert_<table>.sql: the columns that its rows bring."""
    return {"columns": columns(kind)}
