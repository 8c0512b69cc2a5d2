"""Rows of DuckDB: every column of every record arrives, and a step that forgets one is found."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from finops_router.records import KINDS, AttemptRecord, Record, RequestRecord, columns, fields
from finops_router.telemetry import CollectorConfig, TelemetryCollector
from finops_router.telemetry.codec import encode
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.places import journal_folder
from finops_router.telemetry.segments import sealed
from finops_router.telemetry.sinks import duckdb as sink
from finops_router.telemetry.sinks import duckdb_columns, duckdb_file, segment_rows, sql_files
from finops_router.telemetry.sinks.contract import Loaded, SinkError
from finops_router.telemetry.waiting import Waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.finops_router.telemetry.conftest import arrived, full_record, request

Encode = Callable[[Record], bytes]
SOAK = bool(os.environ.get("FINOPS_SOAK"))
AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)


def load(db: Path, *lines: bytes) -> Loaded:
    """Journal the lines and load them."""
    journal = Journal(journal_folder(db), 65536, 2**20, "never", lambda: 0.0)
    for line in lines:
        journal.append(line)
    journal.close()
    return sink.DuckDBSink(db).load(sealed(journal.folder), (), AT_ONCE)


def load_lines(db: Path, *records: Record) -> Loaded:
    """Journal records and load them."""
    return load(db, *(encode(record) for record in records))


def in_python(value: object) -> object:
    """What a column's value is in Python: moments in microseconds, JSON as what it describes."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def rows(db: Path, table: str) -> list[dict[str, object]]:
    with duckdb.connect(str(db), read_only=True) as con:
        found = con.table(table)
        return [
            {name: in_python(value) for name, value in zip(found.columns, row, strict=True)} for row in found.fetchall()
        ]


def goes_all_the_way(db: Path, kind: type[Record], line: Encode = encode) -> None:
    """Record, line, segment, table: assert that a record with a value in every field is a row with the same values."""
    record = full_record(kind)
    assert load(db, line(record)) == Loaded(segments=1, records=1)
    values = [getattr(record, name) for name in fields(kind)]
    assert None not in values
    assert rows(db, kind.table) == [dict(zip(columns(kind), values, strict=True))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_every_kind_arrives(db: Path, kind: type[Record]) -> None:
    goes_all_the_way(db, kind)


def without(names: Any, name: str) -> Any:
    """A list or a dictionary of names but for one of them."""
    return {key: names[key] for key in names if key != name} if isinstance(names, dict) else [*set(names) - {name}]


def in_the_line(patch: pytest.MonkeyPatch, kind: type[Record], name: str) -> Encode:
    return lambda record: msgspec.json.encode(without(msgspec.json.decode(encode(record)), name))


def in_the_table(patch: pytest.MonkeyPatch, kind: type[Record], name: str) -> Encode:
    column = columns(kind)[[*fields(kind)].index(name)]
    forgets = (*sql_files.schema(), f"alter table {kind.table} drop column if exists {column}")
    patch.setattr(sink, "schema", lambda: forgets)
    return encode


def in_reading(patch: pytest.MonkeyPatch, kind: type[Record], name: str) -> Encode:
    forgets = {key: without(names, name) for key, names in duckdb_columns.reading().items()}
    patch.setattr(segment_rows, "reading", lambda: forgets)
    return encode


def in_inserting(patch: pytest.MonkeyPatch, kind: type[Record], name: str) -> Encode:
    column = columns(kind)[[*fields(kind)].index(name)]
    patch.setattr(segment_rows, "inserting", lambda kind: {"columns": without(columns(kind), column)})
    return encode


@pytest.mark.parametrize("step", [in_the_line, in_the_table, in_reading, in_inserting])
@pytest.mark.parametrize(
    ("kind", "name"), [pytest.param(kind, name, id=f"{kind.table}.{name}") for kind in KINDS for name in fields(kind)]
)
def test_a_column_forgotten_at_any_step_is_found(
    db: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: Callable[[pytest.MonkeyPatch, type[Record], str], Encode],
    kind: type[Record],
    name: str,
) -> None:
    line = step(monkeypatch, kind, name)
    with pytest.raises((AssertionError, SinkError)):
        goes_all_the_way(db, kind, line)


def test_a_count_that_no_integer_holds_is_no_count(db: Path) -> None:
    load(db, encode(request(1, input_tokens=2**31, output_tokens=7)))
    (row,) = rows(db, "telemetry")
    assert (row["input_tokens"], row["output_tokens"]) == (None, 7)


def test_a_segment_of_one_kind_alone_is_loaded(db: Path) -> None:
    attempt = AttemptRecord(timestamp_us=1, request_id="a", attempt=1, provider="p", model="m", outcome="ok")
    assert load(db, encode(attempt)).records == 1
    assert (arrived(db, "telemetry"), arrived(db, "attempts")) == ([], ["a"])


def test_rows_are_not_kept_without_the_name_of_their_segment(db: Path) -> None:
    with duckdb.connect(str(db)) as con:
        con.execute("create table loaded_segments (segment varchar check (segment is null))")
    with pytest.raises(SinkError) as refused:
        load(db, encode(request(1)))
    assert refused.value.hint
    assert arrived(db) == []


def test_a_file_that_is_no_database_is_refused_with_a_hint(db: Path) -> None:
    db.write_text("no database " * 1000)
    with pytest.raises(SinkError) as refused:
        load(db, encode(request(1)))
    assert str(db) in refused.value.hint


@pytest.mark.parametrize("moment_us", [2**63 - 1, -(2**63) + 1])
def test_a_moment_no_database_holds_is_set_aside_alone(db: Path, moment_us: int) -> None:
    loaded = load(db, encode(request("endless", timestamp_us=moment_us)), encode(request(1)))
    assert (loaded.records, loaded.quarantined) == (1, 1)
    assert arrived(db) == ["1"]


def test_one_bad_line_beside_thousands_of_odd_ones_is_set_aside_alone(db: Path) -> None:
    """Moments in floats are what an application writes that forgets to round."""
    odd = [b'{"timestamp_us":1790000000000000.5,"request_id":"%d"}' % number for number in range(8000)]
    loaded = load(db, *odd, b'{"timestamp_us":1,"request_id":"x","input_tokens":9223372036854775808}')
    assert (loaded.records, loaded.quarantined) == (8000, 1)
    assert len(arrived(db)) == 8000


ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["7", "1e3", " 7 ", "true", "nan", "0x1F", "1_000"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
SOME_KEYS = ["timestamp_us", "request_id", "input_tokens", "cost_estimated", "stream", "team", "tags", "attempt"]


@settings(max_examples=200 if SOAK else 8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from(SOME_KEYS), ODD_VALUES, max_size=6), min_size=1, max_size=3))
def test_soak_whatever_types_a_line_has_it_is_loaded_or_set_aside_the_same_in_any_company(
    changes: list[dict[str, object]],
) -> None:
    lines = [json.dumps({"timestamp_us": 1, "request_id": "r"} | change).encode() for change in changes]
    with tempfile.TemporaryDirectory() as folder:
        alone = [load(Path(folder) / f"{number}.duckdb", line).records for number, line in enumerate(lines)]
        company = load(Path(folder) / "company.duckdb", *lines, b"no record", encode(request(1)))
        assert (company.records, company.quarantined) == (sum(alone) + 1, len(lines) - sum(alone) + 1)
        assert load(Path(folder) / "again.duckdb", *lines).records == sum(alone)


class FailingAt:
    """A connection that fails at one statement."""

    def __init__(self, con: duckdb.DuckDBPyConnection, failing: str) -> None:
        self.con, self.failing = con, failing

    def __enter__(self) -> FailingAt:
        return self

    def __exit__(self, *error: object) -> None:
        self.con.close()

    def execute(self, text: str, *parameters: Any) -> duckdb.DuckDBPyConnection:
        if re.sub(r"--.*\n", "", text).startswith(self.failing):
            if self.failing == "commit":  # one that fails has rolled back: there is nothing to roll back any more
                self.con.execute("rollback")
            raise duckdb.IOException("IO Error: no space left on device")
        return self.con.execute(text, *parameters)


def test_a_checkpoint_that_fails_repeats_nothing_and_is_said(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = duckdb_file.connect
    with TelemetryCollector(CollectorConfig(db, segment_s=3600, load_s=3600, segment_bytes=4096)) as telemetry:
        telemetry.record(request(1))
        telemetry.record(request(2, tags={"long": "x" * 5000}))
        telemetry.record(request(3, input_tokens=2**70))
        with monkeypatch.context() as patch:
            patch.setattr(sink, "connect", lambda *given: FailingAt(really(*given), "checkpoint"))
            for _ in range(9):
                stats = telemetry.flush()
        assert (stats.loaded, stats.quarantined, stats.dropped, stats.pending) == (1, 1, 1, 0)
        assert "no space left" in (stats.last_error or "")
        assert "no space left" not in (telemetry.flush().last_error or "")
    with duckdb.connect(str(db)) as con:
        said = con.execute("select sum(dropped), sum(quarantined), count(*) from collector_health").fetchall()
    assert said == [(1, 1, 2)]
    assert arrived(db) == ["1"]


@pytest.mark.parametrize("statement", ["commit", "insert into loaded_segments", "insert into telemetry"])
def test_a_commit_that_fails_is_the_error_that_is_heard(
    db: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    really = duckdb_file.connect
    load(db, encode(request("before")))
    monkeypatch.setattr(sink, "connect", lambda *given: FailingAt(really(*given), statement))
    with pytest.raises(SinkError) as refused:
        load(db, encode(request(1)))
    assert "no space left" in refused.value.message
    monkeypatch.undo()
    assert arrived(db) == ["before"]


NINE = (
    "timestamp timestamp, request_id varchar, strategy varchar, provider varchar, model varchar, "
    "input_tokens integer, output_tokens integer, cost_estimated double, latency_ms double"
)


def test_a_nine_column_table_called_telemetry_gets_the_columns_it_lacks(db: Path) -> None:
    with duckdb.connect(str(db)) as con:
        con.execute(f"create table telemetry ({NINE})")
        con.execute("insert into telemetry (request_id) values ('theirs')")
        con.execute("create table attempts (id integer)")
    assert load(db, *(encode(full_record(kind)) for kind in KINDS)).records == len(KINDS)
    names = {kind.table: list(rows(db, kind.table)[-1]) for kind in KINDS}
    assert all(set(columns(kind)) <= set(names[kind.table]) for kind in KINDS)
    assert names["telemetry"][:9] == columns(RequestRecord)[:9]
    assert "theirs" in arrived(db)


def test_a_view_called_telemetry_is_an_error_with_a_hint(db: Path) -> None:
    with duckdb.connect(str(db)) as con:
        con.execute("create view telemetry as select 1 as one")
    with pytest.raises(SinkError) as refused:
        load(db, encode(request(1)))
    assert refused.value.hint
