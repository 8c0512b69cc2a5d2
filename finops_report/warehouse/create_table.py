"""Make a table of the rows of a statement in sql/, which takes what it names of all that is known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import duckdb

from finops_report.warehouse.sql_files import arguments

Known = Mapping[str, object]
NOTHING: Known = MappingProxyType({})


def create_table(con: duckdb.DuckDBPyConnection, name: str, text: str, known: Known = NOTHING) -> None:
    """Make the table `name` ('cubes.spend') of the rows of `text`, with those of the `known` values that it names.

    As one statement: a relation that is then created is bound twice, which took a quarter of a small build.
    """
    con.execute(f"create table {name} as\n{text}", arguments(text, known))
