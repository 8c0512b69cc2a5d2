"""ClickHouse has no transactions: what dies on the way is finished or thrown away by whoever comes next."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.telemetry.codec import encode
from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.clickhouse import STAGED, ClickhouseKeeper
from finops_router.telemetry.sinks.clickhouse_server import Server as Connection
from finops_router.telemetry.sinks.clickhouse_server import connected
from finops_router.telemetry.sinks.contract import Loaded, SinkError
from finops_router.telemetry.sinks.workbench import schema_columns
from finops_router.telemetry.waiting import Waiting

from tests.clickhouse.servers import Server, database, started_clickhouse
from tests.extended import EXTENDED, extended
from tests.finops_router.telemetry.conftest import request as record

PATIENT = Waiting(30.0, time.monotonic, time.sleep)
BILL = '{{"date":"2026-10-01","provider":"p","amount":"{}","currency":"USD","source":"s","account":"a"}}'.format


@pytest.fixture
def server() -> Server:
    return started_clickhouse()


@pytest.fixture
def place(server: Server) -> Iterator[Address]:
    with database(server) as name:
        yield Address(f"{server.address}/{name}")


def written(folder: Path, name: str, *lines: bytes) -> Path:
    path = folder / f"{name}.sealed"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def told(server: Server, place: Address, query: str) -> str:
    return server.run(query, database=place.url.rpartition("/")[2]).strip()


def dies_at(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Have a loader end as one that was killed before it ran a statement."""
    run = Connection.run

    def dying(self: Connection, name: str, *values: object, **names: str) -> object:
        if name == statement:
            monkeypatch.undo()
            raise KeyboardInterrupt
        return run(self, name, *values, **names)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Connection, "run", dying)


@pytest.mark.parametrize("statement", [extended("begin_publishing"), "publish", extended("end_publishing")])
def test_who_comes_next_finishes_what_counts_and_forgets_what_does_not(
    place: Address, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    sink = sink_at(place)
    sink.load([written(tmp_path, "0", encode(record(0)))], (), PATIENT)
    lines = [encode(record(number, timestamp_us=1_790_000_000_000_000 * number // 2)) for number in (1, 2)]
    segment = written(tmp_path, "1", *lines)
    dies_at(monkeypatch, statement)
    with pytest.raises(KeyboardInterrupt):
        sink.load([segment], (), PATIENT)
    again = sink.load([segment], (), PATIENT)
    assert again == (Loaded(segments=1, records=2) if statement == "begin_publishing" else Loaded())
    assert told(server, place, "select count(), uniqExact(request_id) from telemetry") == "3\t3"
    assert told(server, place, "select sum(records) from loaded_segments") == "3"


@EXTENDED
def test_bills_of_a_day_are_replaced_though_the_loader_dies(
    place: Address, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = sink_at(place)
    sink.take_in_bills([written(tmp_path, "1", BILL("1").encode(), BILL("2").encode())], PATIENT)
    dies_at(monkeypatch, "publish")
    with pytest.raises(KeyboardInterrupt):
        sink.take_in_bills([written(tmp_path, "2", BILL("0.000000000003").encode())], PATIENT)
    sink.load([], (), PATIENT, None, ("asked",))
    assert Decimal(told(server, place, "select sum(amount) from billed_costs")) == Decimal("0.000000000003")


@EXTENDED
def test_a_loader_whose_turn_was_taken_away_counts_for_nothing(
    place: Address, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = sink_at(place)
    sink.load([written(tmp_path, "0", encode(record(0)))], (), PATIENT)
    keep = ClickhouseKeeper.keep

    def interrupted(self: ClickhouseKeeper, *values: object) -> None:
        keep(self, *values)  # type: ignore[arg-type]  # as it was called
        told(server, place, f"kill query where query_id = 'finops telemetry: {place.url.rpartition('/')[2]}' sync")

    monkeypatch.setattr(ClickhouseKeeper, "keep", interrupted)
    segment = written(tmp_path, "1", encode(record(1)))
    with pytest.raises(SinkError, match="came in between"):
        sink.load([segment], (), PATIENT)
    monkeypatch.undo()
    assert told(server, place, "select count() from telemetry") == "1"
    assert sink.load([segment], (), PATIENT).records == 1


def test_its_tables_have_the_columns_of_the_schema_in_their_order(place: Address) -> None:
    sink_at(place).load([], (), PATIENT)
    with connected(place, PATIENT) as server:
        found: dict[str, list[str]] = {}
        for table, name, _, _ in server.run("columns", {"tables": list(STAGED)}):
            found.setdefault(table, []).append(name)
    assert found == {table: list(columns) for table, columns in schema_columns().items() if table in STAGED}


def test_a_table_of_another_engine_is_not_written_to(place: Address, server: Server) -> None:
    told(server, place, "create table telemetry (timestamp DateTime) engine = Memory")
    with pytest.raises(SinkError, match=r"telemetry \(Memory\)"):
        sink_at(place).load([], (), PATIENT)


def test_every_text_and_the_nearest_time_that_it_can_hold_is_kept(
    place: Address, server: Server, tmp_path: Path
) -> None:
    text = "a\0b\\c\td\ne'\"\r\N{DUCK}\\N"
    times = (-(10**16), 1_790_856_000_123_456, 10**17)
    lines = [encode(record(f"{number}{text}", timestamp_us=us, model=text)) for number, us in enumerate(times)]
    sink_at(place).load([written(tmp_path, "1", *lines)], (), PATIENT)
    query = "select toString(timestamp), model, substring(request_id, 2) from telemetry order by 1"
    rows = [json.loads(line) for line in told(server, place, f"{query} format JSONCompactEachRow").splitlines()]
    assert rows == [
        ["1900-01-01 00:00:00.000000", text, text],
        ["2026-10-01 12:00:00.123456", text, text],
        ["2299-12-31 23:59:59.000000", text, text],
    ]
