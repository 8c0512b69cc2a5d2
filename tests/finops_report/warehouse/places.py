"""Put the same telemetry into a DuckDB file or into a folder of Parquet, as every engine's tests need it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops_report.database_address import DatabaseAddress
from tests.clickhouse.filling import in_clickhouse
from tests.extended import extended
from tests.finops_report.warehouse.servers import in_postgresql
from tests.spark.filling import SPARK, in_spark

Place = Callable[[Path, str], Path]
Server = Callable[[Path, str], DatabaseAddress]


def in_a_file(folder: Path, source: str) -> Path:
    """Return a DuckDB file in `folder` after `source` ran in it."""
    path = folder / "t.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'Asia/Tokyo'")
        con.execute(source)
    return path


def in_parquet(folder: Path, source: str) -> Path:
    """Return a folder with a folder of Parquet for each table that `source` makes."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'Asia/Tokyo'")
        con.execute(source)
        for (name,) in con.execute("select table_name from duckdb_tables()").fetchall():
            (folder / "lake" / name).mkdir(parents=True)
            con.table(f'"{name}"').write_parquet(str(folder / "lake" / name / "rows.parquet"))
    return folder / "lake"


PLACES = [in_a_file, in_parquet]
SERVERS: list[Any] = [in_postgresql, extended(in_clickhouse), pytest.param(in_spark, marks=SPARK)]
