"""What PostgreSQL holds is what DuckDB would, once, whatever dies; and no error has a password in it."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from finops_router.records import KINDS, columns
from finops_router.telemetry.codec import encode
from finops_router.telemetry.loading import load_once
from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import CollectorReport, Loaded, SinkBusyError, SinkError
from finops_router.telemetry.sinks.duckdb import DuckDBSink
from finops_router.telemetry.sinks.postgresql import PostgresqlSink
from finops_router.telemetry.waiting import Waiting

from tests.extended import extended
from tests.finops_router.gateway.postgresql_server import Cluster, started_cluster
from tests.finops_router.telemetry.conftest import NOW_US, full_record, request
from tests.finops_router.telemetry.sinks.cut_line import cut_line

SOAK = bool(os.environ.get("FINOPS_SOAK"))
AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)
PATIENT = Waiting(30.0, time.monotonic, time.sleep)
NUMBERS = itertools.count()
Rows = list[tuple[Any, ...]]


@pytest.fixture
def server() -> Cluster:
    """The server, which a test may stop and start again."""
    return started_cluster()


@pytest.fixture
def address(server: Cluster) -> str:
    """A schema of the test's own."""
    schema = f"s{next(NUMBERS)}"
    execute(server.address, f"create schema {schema}")
    return f"{server.address}?options=-csearch_path%3D{schema}"


def execute(address: str, text: str) -> Rows:
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(text.encode())
        return cursor.fetchall() if cursor.description else []


def journal(folder: Path, *lines: bytes, name: str = "1") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.sealed"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def ids(address: str) -> list[str]:
    return sorted(row[0] for row in execute(address, "select request_id from telemetry"))


def in_both(tmp_path: Path, address: str, *lines: bytes) -> tuple[Loaded, Loaded]:
    """Load the lines into a DuckDB file and into PostgreSQL."""
    path = journal(tmp_path / "journal", *lines)
    return DuckDBSink(tmp_path / "t.duckdb").load([path], (), AT_ONCE), sink_at(address).load([path], (), AT_ONCE)


def rows_of_both(tmp_path: Path, address: str, table: str, names: list[str]) -> tuple[Rows, Rows]:
    asked = ", ".join(f"{name}::text" if name in ("tags", "other_units") else name for name in names)
    with duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True) as con:
        ours = con.execute(f"select {asked} from {table} order by request_id").fetchall()
    return ours, execute(address, f'select {asked} from {table} order by request_id collate "C"')


LARGEST, THIRD = 1.7976931348623157e308, 0.1 + 0.2
HOSTILE = "tab\tnew\nline\n\\.\n\\N back\\slash \"quote\" 'it' \r\x01\x7f ü ☃ \U0001f600"


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_every_kind_arrives_as_in_duckdb(kind: Any, tmp_path: Path, address: str) -> None:
    loaded = in_both(tmp_path, address, encode(full_record(kind)))
    assert loaded == (Loaded(segments=1, records=1), Loaded(segments=1, records=1))
    ours, theirs = rows_of_both(tmp_path, address, kind.table, columns(kind))
    assert ours == theirs
    assert None not in theirs[0]


def test_values_that_no_line_of_text_has_plainly_arrive_as_in_duckdb(tmp_path: Path, address: str) -> None:
    lines = [
        encode(
            request("a", team=HOSTILE, tags={HOSTILE: "v"}, cost_estimated=5e-324, latency_ms=1.7976931348623157e308)
        ),
        encode(
            request("b", team="", project="\\N", input_tokens=2**31, output_tokens=2**31 - 1, cost_estimated=0.1 + 0.2)
        ),
        encode(request("c", timestamp_us=1, stream=False, cost_estimated=-0.0)),
        encode(request("d", timestamp_us=NOW_US + 123456, other_units={"web_searches": 3, "x": 0.1})),
        encode(request("e", timestamp_us=253_402_300_800_000_000)),  # the year 10000
        b'{"timestamp_us":1,"request_id":"f","cost_estimated":"NaN","latency_ms":"Infinity","tags":{"a":1,"a":[null]}}',
        b'{"timestamp_us":1790000000000000.5,"request_id":"g","input_tokens":"7","tags":"text"}',
    ]
    mine, theirs = in_both(tmp_path, address, *lines, b"no json", b'{"timestamp_us":null,"request_id":"x"}')
    assert mine == theirs == Loaded(segments=1, records=7, quarantined=2)
    names = ["request_id", "team", "project", "input_tokens", "output_tokens", "stream", "tags", "other_units"]
    ours, found = rows_of_both(tmp_path, address, "telemetry", names)
    assert ours == found
    asked = "cost_estimated::text, latency_ms::text"
    numbers: dict[str, list[str]] = dict(execute(address, f"select request_id, array[{asked}] from telemetry"))
    assert numbers["a"] == ["5e-324", "1.7976931348623157e+308"]
    assert numbers["b"][0] == "0.30000000000000004"
    assert numbers["f"] == ["NaN", "Infinity"]
    times = execute(address, "select extract(epoch from timestamp) * 1000000 from telemetry order by request_id")
    with duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True) as con:
        assert con.execute("select epoch_us(timestamp) from telemetry order by request_id").fetchall() == [
            (int(Decimal(us)),) for (us,) in times
        ]


def test_what_postgresql_cannot_hold_is_replaced_and_can_be_looked_into(tmp_path: Path, address: str) -> None:
    tags = {"nul": "a\0\0\0b", "not": "\\u0000", "\0": "\\\0"}
    lines = [encode(request("a\0", team="\0", tags=tags)), encode(request("b", timestamp_us=-(2**62)))]
    assert in_both(tmp_path, address, *lines)[1] == Loaded(segments=1, records=2)
    ((found, team, kept),) = execute(address, "select request_id, team, tags from telemetry where request_id like 'a%'")
    assert (found, team) == ("a␀", "␀")
    assert kept == {"nul": "a␀␀␀b", "not": "\\u0000", "␀": "\\␀"}
    assert execute(address, "select tags ->> 'nul', tags ->> 'not' from telemetry where request_id = 'a␀'") == [
        ("a␀␀␀b", "\\u0000")
    ]
    assert execute(address, "select extract(year from timestamp) from telemetry where request_id = 'b'") == [(1,)]


def test_a_table_of_nine_columns_that_was_there_gets_those_it_lacks(tmp_path: Path, address: str) -> None:
    execute(
        address, "create table telemetry (timestamp timestamptz, request_id text, model varchar, input_tokens bigint)"
    )
    execute(address, "insert into telemetry (request_id) values ('theirs')")
    sink_at(address).load([journal(tmp_path / "j", encode(request("ours")))], (), AT_ONCE)
    assert ids(address) == ["ours", "theirs"]
    ((moment,),) = execute(address, "select extract(epoch from timestamp) * 1000000 from telemetry where model <> ''")
    assert moment == NOW_US


def test_a_table_that_is_dropped_is_made_again(tmp_path: Path, address: str) -> None:
    sink_at(address).load([journal(tmp_path / "j", encode(request(1)))], (), AT_ONCE)
    execute(address, "drop table attempts")
    sink_at(address).load([journal(tmp_path / "j", encode(full_record(KINDS[1])), name="2")], (), AT_ONCE)
    assert execute(address, "select count(*) from attempts") == [(1,)]


def test_no_table_is_locked_when_there_is_nothing_to_make(tmp_path: Path, address: str) -> None:
    sink_at(address).load([journal(tmp_path / "j", encode(request(1)))], (), AT_ONCE)
    with psycopg.connect(address) as reader:  # as a long report does
        reader.execute("select * from telemetry")
        sink_at(address).load([journal(tmp_path / "j", encode(request(2)), name="2")], (), AT_ONCE)
    assert ids(address) == ["1", "2"]


def test_a_table_that_somebody_keeps_locked_is_busy(tmp_path: Path, address: str) -> None:
    sink_at(address).load([journal(tmp_path / "j", encode(request(1)))], (), AT_ONCE)
    with psycopg.connect(address) as other:
        other.execute("lock table telemetry in access exclusive mode")
        with pytest.raises(SinkBusyError) as refused:
            sink_at(address).load([journal(tmp_path / "j", encode(request(2)), name="2")], (), AT_ONCE)
    assert "locked a table" in refused.value.hint


def test_loaders_at_once_with_copies_of_one_journal_load_it_once(tmp_path: Path, address: str) -> None:
    lines = [[encode(request(f"{part}-{number}")) for number in range(20)] for part in range(4)]
    copies = [
        [journal(tmp_path / f"j{copy}", *some, name=f"{part}") for part, some in enumerate(lines)] for copy in range(3)
    ]
    counts: list[Loaded] = []
    threads = [
        threading.Thread(target=lambda paths=paths: counts.append(sink_at(address).load(paths, (), PATIENT)))
        for paths in copies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum((one.records for one in counts), 0) == 80
    assert len(counts) == 3
    assert ids(address) == sorted(f"{part}-{number}" for part in range(4) for number in range(20))


LOST = CollectorReport(name="1.losses", at_us=NOW_US, host="h", pid=7, recorded=10, dropped=3)


def loaded_over(address: str, port: int, folder: Path) -> str:
    """Load over a line that is cut; return what is said of it."""
    host = address.partition("@")[2].partition("/")[0]
    sink = sink_at(address.replace(host, f"127.0.0.1:{port}", 1))
    paths = sorted(folder.glob("*.sealed"))
    try:
        sink.load(paths, [LOST], Waiting(1.0, time.monotonic, time.sleep))
    except SinkError as err:
        return f"{err.message}; {err.hint}"
    return ""


def waiting(folder: Path) -> None:
    for number in range(2):
        journal(folder, *(encode(request(f"{number}-{n}")) for n in range(9)), name=f"{number}")
    journal(folder, encode(request("2-0")), b"no record", name="2")


ALL = sorted([*(f"{number}-{n}" for number in range(2) for n in range(9)), "2-0"])


def assert_loaded_once(address: str, folder: Path) -> None:
    result = load_once(sink_at(address), folder, PATIENT)
    assert result.error == ""
    assert ids(address) == ALL
    ((dropped, quarantined),) = execute(address, "select sum(dropped), sum(quarantined) from collector_health")
    assert (dropped, quarantined) in [(3, 1), (None, 1), (0, 1)]  # its report is the caller's to give again
    assert not list(folder.glob("*.sealed"))


def at(number: int) -> Callable[[int, bytes], bool]:
    return lambda count, part: count == number


def test_soak_a_line_cut_before_anything_that_is_sent_loads_all_once(
    tmp_path: Path, address: str, server: Cluster
) -> None:
    waiting(tmp_path / "whole")
    with cut_line(server.port, at(0)) as line:
        assert loaded_over(address, line.own_port, tmp_path / "whole") == ""
    assert line.parts > 20
    for number in range(1, line.parts + 1, 1 if SOAK else line.parts // 4):
        schema = f"cut{number}"
        execute(server.address, f"create schema {schema}")
        place, folder = f"{server.address}?options=-csearch_path%3D{schema}", tmp_path / schema
        waiting(folder)
        with cut_line(server.port, at(number)) as cut:
            assert loaded_over(place, cut.own_port, folder)
        assert_loaded_once(place, folder)


def commits(times: int) -> Callable[[int, bytes], bool]:
    seen = itertools.count(1)
    return lambda count, part: b"COMMIT" in part and next(seen) == times


@pytest.mark.parametrize(  # of making the tables, of the first segments
    ("times", "late"), [(3, False), (3, True), extended(1, False), extended(1, True)]
)
def test_a_line_cut_in_the_middle_of_a_commit_loads_all_once(
    tmp_path: Path, address: str, server: Cluster, times: int, late: bool
) -> None:
    waiting(tmp_path / "j")
    with cut_line(server.port, commits(times), late=late) as line:
        said = loaded_over(address, line.own_port, tmp_path / "j")
    assert line.is_cut
    assert "check that it runs" in said
    if times == 3:
        assert bool(ids(address)) == late
    assert_loaded_once(address, tmp_path / "j")


@pytest.mark.parametrize("late", [True, extended(False)])
def test_a_server_killed_in_the_middle_of_a_commit_has_all_of_it_or_nothing(
    tmp_path: Path, address: str, server: Cluster, late: bool
) -> None:
    waiting(tmp_path / "j")
    with cut_line(server.port, commits(3), late=late, when_cut=server.stop) as line:
        assert loaded_over(address, line.own_port, tmp_path / "j")
    assert line.is_cut
    result = load_once(sink_at(address), tmp_path / "j", AT_ONCE)
    assert "check that it runs" in result.hint
    server.start()
    assert bool(ids(address)) == late
    assert_loaded_once(address, tmp_path / "j")


SECRET = "corr3ct-horse"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://finops:{SECRET}@127.0.0.1:1/postgres",
        f"postgresql://finops:{SECRET}@/nowhere@127.0.0.1:1/postgres",
        f"postgresql://finops:{SECRET}?@127.0.0.1:1/postgres",
        f"postgresql://127.0.0.1:1/postgres?password={SECRET}",
        f"postgresql://127.0.0.1:1/postgres?{SECRET}=1",
        f"postgresql://127.0.0.1:{SECRET}/postgres",
    ],
)
def test_no_error_has_a_password_in_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(SinkError) as refused:
        sink_at(url).load([journal(tmp_path / "j", encode(request(1)))], (), AT_ONCE)
    assert SECRET not in f"{refused.value.message} {refused.value.hint} {refused.value}"
    assert "password" in refused.value.hint


def test_a_password_of_the_environment_is_taken_out_of_errors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGPASSWORD", "nowhere")
    with pytest.raises(SinkError) as refused:
        sink_at("postgresql://finops@nowhere.invalid:1/postgres").load([], [LOST], AT_ONCE)
    assert "nowhere" not in refused.value.message.partition(": ")[2]


def test_a_database_that_cannot_hold_every_text_is_refused(server: Cluster) -> None:
    execute(server.address, "create database ascii_only encoding 'SQL_ASCII' template template0")
    with pytest.raises(SinkError) as refused:
        sink_at(server.address.replace("/postgres", "/ascii_only")).load([], [LOST], AT_ONCE)
    assert "UTF8" in refused.value.hint


def test_a_user_who_may_make_no_tables_is_told_what_to_grant(server: Cluster) -> None:
    execute(server.address, "create role guest login")
    with pytest.raises(SinkError) as refused:
        sink_at(server.address.replace("finops@", "guest@")).load([], [LOST], AT_ONCE)
    assert "grant" in refused.value.hint


def test_a_view_called_telemetry_is_an_error_with_a_hint(tmp_path: Path, address: str) -> None:
    execute(address, "create view telemetry as select 1 as one")
    with pytest.raises(SinkError) as refused:
        sink_at(address).load([journal(tmp_path / "j", encode(request(1)))], (), AT_ONCE)
    assert refused.value.hint


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "finops_router.telemetry.sinks.postgresql")
    monkeypatch.delitem(sys.modules, "finops_router.telemetry.sinks.postgresql_server")
    monkeypatch.setattr(sys, "path", [])
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SinkError) as refused:
        sink_at("postgresql://127.0.0.1/postgres")
    assert refused.value.hint == "pip install 'finops-report[postgresql]'"


def test_a_server_of_another_kind_is_no_store() -> None:
    with pytest.raises(SinkError) as refused:
        sink_at(Address("mysql://user:corr3ct-horse@db/llm"))
    assert refused.value.message == "Nothing can be written to mysql://db/llm"


def test_its_libraries_are_those_of_the_extra() -> None:
    assert isinstance(sink_at("postgres://db/llm"), PostgresqlSink)
