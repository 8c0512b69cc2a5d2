"""Rows of DuckDB: every column of every record arrives, and a step that forgets one is found."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from finops_router.records import KINDS, AttemptRecord, Record, columns, fields
from finops_router.telemetry.codec import encode
from finops_router.telemetry.journal import Journal, journal_folder
from finops_router.telemetry.segments import sealed
from finops_router.telemetry.sinks import duckdb as sink
from finops_router.telemetry.sinks import duckdb_columns, sql_files
from finops_router.telemetry.sinks.contract import Loaded, SinkError
from finops_router.telemetry.waiting import Waiting

from tests.finops_router.telemetry.conftest import arrived, full_record, request

Encode = Callable[[Record], bytes]
AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)


def load(db: Path, *lines: bytes) -> Loaded:
    """Journal the lines and load them."""
    journal = Journal(journal_folder(db), 65536, 2**20, "never", lambda: 0.0)
    for line in lines:
        journal.append(line)
    journal.close()
    return sink.DuckDBSink(db).load(sealed(journal.folder), (), AT_ONCE)


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
    patch.setattr(sink, "reading", lambda: forgets)
    return encode


def in_inserting(patch: pytest.MonkeyPatch, kind: type[Record], name: str) -> Encode:
    column = columns(kind)[[*fields(kind)].index(name)]
    patch.setattr(sink, "inserting", lambda kind: {"columns": without(columns(kind), column)})
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
