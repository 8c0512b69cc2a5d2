"""Hand the small tables that cubes join to a server as parameters: nothing can be written there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from finops_report.warehouse.engines.globs import regular_expression

GIVEN = ("spans", "history_spans", "budget_settings", "not_urgent_tags", "policies")
LISTS = ("teams", "providers", "models", "regions")  # of policies: None limits nothing, an empty one forbids all


def given_tables(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> Mapping[str, str]:
    """Return the rows of these tables of `con` as JSON, by the name of the table."""
    return {name: json.dumps([_plain(name, row) for row in _rows(con, name)], default=str) for name in names}


def _rows(con: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    table = con.table(name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


def _plain(name: str, row: dict[str, Any]) -> dict[str, Any]:
    if name == "not_urgent_tags":
        key = row["pointer"][1:].replace("~1", "/").replace("~0", "~")
        return {"tag_key": key, "tag_value": row["tag_value"]}
    if name == "policies":
        models = [regular_expression(pattern) for pattern in row["models"] or ()]
        told = {**row, "models": None if row["models"] is None else models}
        return {**told, **{f"has_{of}": row[of] is not None for of in LISTS}}
    return row
