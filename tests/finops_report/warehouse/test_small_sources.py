"""A small source is read once and held: its figures are those of one that is read anew for each cube."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.errors import DatabaseError
from finops_report.warehouse import ReadRequest, Waiting, base_views, read
from finops_report.warehouse.base_views import is_small
from finops_report.warehouse.connection import DEFAULT_LIMITS, connected
from finops_report.warehouse.engines import engine_for
from finops_report.warehouse.opening import opened_source
from tests.conftest import NINE
from tests.finops_report.warehouse.places import in_a_file, in_parquet

NO_WAIT = Waiting(0, lambda: 0.0, lambda _: None)
ODD = f"""
create table telemetry ({NINE}, ttft_ms varchar, cache_read_input_tokens integer, tags varchar, attempts integer);
insert into telemetry values
    ('2026-10-01 12:00', 'r1', 'cost-first', ' openai ', 'm', 100, 10, 0.25, 20, '7', 50, '{{"a": "b"}}', 2),
    ('2026-10-01 12:30', 'r2', 'fixed', 'openai', null, -1, 10, 0.5, 20, 'soon', -3, 'no json', -1),
    ('2999-10-01 12:30', 'r3', 'fixed', 'openai', 'm', 1, 10, 0.1, -20, null, null, null, null),
    (null, 'r1', '', 'google', '', 100, null, null, 20, '', 5, '', 1);
create table attempts (
    timestamp timestamp, request_id varchar, attempt varchar, provider varchar, outcome varchar,
    cost_estimated decimal(38, 20)
);
insert into attempts values
    ('2026-10-01 12:30', 'r2', '1', 'openai', 'timeout', 0.12345678901234567890),
    ('2026-10-01 12:31', 'r2', 'two', 'google', 'ok', -1), (null, 'r1', null, ' ', '', null);
create table units (date varchar, name varchar, quantity varchar);
insert into units values ('2026-10-01', 'ticket', '2.5'), ('some day', 'ticket', 'many');
"""
WANTED = ("unusable_values", "spend_by_provider", "attempts_by_provider", "latency_by_provider_model")


def asked(path: Path) -> ReadRequest:
    return ReadRequest(path, None, PeriodAsk(), 1_794_000_000_000_000, NO_WAIT)


def small(path: Path) -> bool:
    engine = engine_for(path, NO_WAIT)
    with connected(engine.reach, DEFAULT_LIMITS) as con:
        return is_small(engine.open(con, None))


def held(request: ReadRequest) -> bool:
    """Return whether the base views of a source that is opened are tables."""
    with opened_source(request) as opened:
        found = opened.con.execute("select count(*) from duckdb_tables() where table_name = 'requests'").fetchone()
    return found == (1,)


def test_the_figures_are_those_of_a_source_that_is_read_for_each_cube(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(in_a_file(tmp_path, ODD))
    assert held(request)
    of_a_small_one = read(request, WANTED)
    monkeypatch.setattr(base_views, "MOST_HELD_ROWS", 8)  # there are nine
    assert not held(request)
    assert read(request, WANTED) == of_a_small_one
    assert len(of_a_small_one.views["unusable_values"]) > 8


def test_the_rows_of_all_tables_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_a_file(tmp_path, ODD)
    monkeypatch.setattr(base_views, "MOST_HELD_ROWS", 9)
    assert small(path)
    with duckdb.connect(str(path)) as con:
        con.execute("insert into units values ('2026-10-02', 'ticket', '1')")
    assert not small(path)


def test_a_view_is_never_small_and_only_what_is_asked_of_it_is_worked_out(tmp_path: Path) -> None:
    path = in_a_file(tmp_path, ODD)
    with duckdb.connect(str(path)) as con:
        con.execute("alter table telemetry rename to raw")
        con.execute("alter table raw rename model to called")
        con.execute("create view telemetry as select * replace (ttft_ms::int as ttft_ms), called as model from raw")
    assert not small(path)
    assert read(asked(path), ("spend_by_provider",)).views["spend_by_provider"]
    with pytest.raises(DatabaseError, match="The query of view telemetry fails on its rows"):
        read(asked(path), ("latency_by_provider_model",))


def test_files_of_parquet_say_nothing_of_their_rows(tmp_path: Path) -> None:
    assert not small(in_parquet(tmp_path, ODD))
