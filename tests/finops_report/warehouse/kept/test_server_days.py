"""What is kept of a server is what a full reading of it sums, whatever happened to its rows in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from finops_report.database_address import DatabaseAddress
from finops_report.warehouse import ReadRequest, open_cubes
from tests.clickhouse.filling import copied as copied_to_clickhouse
from tests.clickhouse.servers import started_clickhouse
from tests.extended import EXTENDED
from tests.finops_report.warehouse.engines.test_servers import asked
from tests.finops_report.warehouse.hostile import NOW_US, hostile
from tests.finops_report.warehouse.kept.test_kept_cubes import STRETCHES, TABLES
from tests.finops_report.warehouse.servers import copied as copied_to_postgresql

DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Place:
    """A server with telemetry, and how a statement is run in it."""

    address: DatabaseAddress
    run: Callable[[str], None]


def in_postgresql(path: Path) -> Place:
    import psycopg

    address = copied_to_postgresql(path)
    server, _, schema = address.written.partition("?schema=")

    def run(text: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"set search_path to {schema}; set timezone to 'UTC'; {text}".encode())

    return Place(address, run)


def in_clickhouse(path: Path) -> Place:
    address = copied_to_clickhouse(path)
    name = address.written.rpartition("/")[2]

    def run(text: str) -> None:
        for one in text.split(";"):
            started_clickhouse().run(one, database=name, mutations_sync="2")

    return Place(address, run)


PLACES = [pytest.param(in_postgresql, id="postgresql"), pytest.param(in_clickhouse, id="clickhouse", marks=EXTENDED)]


def kept(place: Place, folder: Path, zone: str = "UTC", now_us: int = NOW_US) -> ReadRequest:
    return replace(asked(place.address, zone), cache=folder / "kept.duckdb", now_us=now_us)


def figures(request: ReadRequest) -> dict[str, tuple[list[str], list[str]]]:
    """Return the types and the rows of every cube and of the views of whole days and months, in one order."""
    found = {}
    with open_cubes(request) as opened:
        for name in (*TABLES, *STRETCHES):
            rows = opened.con.table(name)
            found[name] = list(map(str, rows.types)), sorted(map(repr, rows.fetchall()))
    return found


def assert_equal_to_full(request: ReadRequest) -> None:
    found, full = figures(request), figures(replace(request, cache=None))
    assert {name for name in full if found[name] != full[name]} == set()


@pytest.mark.parametrize("begin", PLACES)
def test_figures_are_those_of_a_full_reading(tmp_path: Path, begin: Callable[[Path], Place]) -> None:
    place = begin(hostile(tmp_path / "t.duckdb", 400, 1))
    assert_equal_to_full(kept(place, tmp_path))
    assert_equal_to_full(kept(place, tmp_path))
    assert_equal_to_full(kept(place, tmp_path, "Asia/Kolkata"))
    assert_equal_to_full(kept(place, tmp_path, now_us=NOW_US + 3 * DAY_US))
