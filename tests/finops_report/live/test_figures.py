"""The figures of the live page are sums of today, by the report's own rules, and never in the loader's way."""

from __future__ import annotations

import random
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from finops_router.records import RequestRecord
from finops_router.telemetry import TelemetryCollector
from finops_router.telemetry.sinks.duckdb_file import beside_application

from finops_report.analysis.budget_rows import BUDGETS as BUDGETS_VIEW
from finops_report.errors import DatabaseError
from finops_report.warehouse import read_budgets
from finops_report.warehouse.live import BudgetRow, BusyError, HourRow, LiveReader, LiveRows, TodayRow
from finops_report.warehouse.sql_files import schema
from tests.finops_report.live.telemetry import MINUTE_US, NOON_US, Telemetry, budget, plan, read
from tests.sql.test_budgets import Asked, asked, database

DAY = 24 * 60
NOTHING = TodayRow(0, 0, 0, Decimal(0), 0, None, 0, None)


def test_nothing_recorded_is_nothing_spent_and_makes_no_file(tmp_path: Path) -> None:
    rows = read(tmp_path / "none.duckdb", plan(budgets=(budget(),)))
    assert rows == LiveRows(
        NOTHING, budgets=(BudgetRow(0, 0, Decimal(0), 0, 0.0, rows.budgets[0].passed_share, 0.0, None),)
    )
    assert not (tmp_path / "none.duckdb").exists()


def test_another_table_of_that_name_is_no_reason_to_stop(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "t.duckdb")) as con:
        con.execute("create table telemetry (a integer)")
        assert read(tmp_path / "t.duckdb").today.requests == 0
        con.execute("create table attempts (a integer)")
    with pytest.raises(DatabaseError, match="cannot be read"):
        read(tmp_path / "t.duckdb")


def test_today_begins_at_local_midnight_and_yesterday_ends_at_the_same_time(telemetry: Telemetry) -> None:
    telemetry.request(1, 0.25)
    telemetry.request(12 * 60 + 30, 2.0)  # half past eleven the evening before in London, half past twelve in Berlin
    telemetry.request(DAY + 1, 4.0)
    telemetry.request(DAY - 1, 8.0)  # yesterday, later than now
    in_utc, in_berlin = telemetry.read().today, telemetry.read(plan(timezone="Europe/Berlin")).today
    assert (in_utc.cost_usd, in_utc.yesterday_usd) == (Decimal("0.25"), Decimal(4))
    assert in_utc.change == pytest.approx(0.25 / 4 - 1)
    assert (in_berlin.cost_usd, in_berlin.yesterday_usd) == (Decimal("2.25"), Decimal(4))


def test_what_has_no_price_is_counted_and_in_no_sum(telemetry: Telemetry) -> None:
    telemetry.request(1, None)
    assert (telemetry.read().today.cost_usd, telemetry.read().today.unpriced_requests) == (None, 1)
    telemetry.request(2, 0.5, provider="anthropic")
    telemetry.request(3, None, status="error")  # it used nothing
    rows = telemetry.read()
    assert (rows.today.cost_usd, rows.today.unpriced_requests, rows.today.failed_requests) == (Decimal("0.5"), 1, 1)
    assert [(row.provider, row.cost_usd) for row in rows.providers] == [("anthropic", Decimal("0.5")), ("openai", None)]


def test_hours_count_from_midnight_through_a_changed_clock(telemetry: Telemetry) -> None:
    clocks_back_us = NOON_US - 34 * DAY * MINUTE_US  # 25 October 2026: 25 hours in Berlin
    telemetry.request(34 * DAY, 1.0)
    berlin = plan(timezone="Europe/Berlin")
    assert telemetry.read(berlin, clocks_back_us + 1).hours == (HourRow(14, "openai", Decimal(1)),)
    moments = berlin.moments(clocks_back_us)
    assert moments.tomorrow_us - moments.today_us == 25 * 60 * MINUTE_US


def test_health_counts_tries_that_ended_by_themselves_and_lately(telemetry: Telemetry) -> None:
    telemetry.tries(1, "a", ("x", "error", "server_error"), ("y", "ok", None))
    telemetry.tries(2, "b", ("x", "skipped", None), ("y", "cancelled", "hedged"), ("y", "cancelled", "client"))
    telemetry.tries(3, "c", ("x", "skipped", "at_limit"), ("x", "ok", None))
    telemetry.tries(16, "d", ("x", "error", "server_error"))
    found = {
        row.provider: (row.tries, row.failed_tries, row.failed_share, row.p50_ms) for row in telemetry.read().health
    }
    assert found == {"x": (2, 1, 0.5, 200.0), "y": (1, 0, 0.0, 200.0)}


def test_failovers_are_ways_the_newest_first_with_how_often_they_were_taken(telemetry: Telemetry) -> None:
    telemetry.tries(3, "a", ("x", "error", "server_error"), ("y", "ok", None))
    telemetry.tries(2, "b", ("x", "error", "server_error"), ("x", "error", "server_error"), ("y", "ok", None))
    telemetry.tries(1, "c", ("x", "skipped", None), ("y", "timeout", "no_answer"))
    telemetry.tries(0.5, "d", ("y", "ok", None))
    found = [(row.provider, row.to_provider, row.reason, row.times) for row in telemetry.read().failovers]
    assert found == [("x", "y", "kept away after failures", 1), ("x", "y", "server_error", 2)]
    assert telemetry.read().failovers[0].last_us == NOON_US - MINUTE_US


def test_budgets_are_used_as_the_report_has_it(tmp_path: Path) -> None:
    """With the newest row at the moment of both, they are in the same periods."""
    pick = random.Random(3)
    tags = ((("k", "a"),), (("a/b~c", "b"),), ())
    rows = [
        Asked(
            pick.randrange(70 * DAY), pick.choice(("a", "b", None)), pick.choice("ab"), pick.choice(("a", None)),
            pick.choice(tags), pick.choice((None, Decimal("0.5"))),
        )
        for _ in range(30)
    ]  # fmt: skip
    scopes: list[dict[str, Any]] = [
        {"period": "day"}, {"period": "month"}, {"period": "week"}, {"period": "year", "team": "a"},
        {"period": "quarter", "end_user": "a"}, {"period": "year", "tag_key": "a/b~c", "tag_value": "b"},
        {"period": "month", "tag_key": "k", "tag_value": "a", "team": "b"}, {"period": "year", "provider": "b"},
    ]  # fmt: skip
    budgets = tuple(budget(f"b{number}", **scope) for number, scope in enumerate(scopes))
    with database(rows) as path:
        with duckdb.connect(str(path)) as con:
            for text in schema():
                con.execute(text)
            con.execute("insert into telemetry by name select *, 'ok' as status from t; drop table t")
            ((last_us,),) = con.execute("select epoch_us(max(timestamp)) from telemetry").fetchall()
        theirs = BUDGETS_VIEW.rows(read_budgets(asked(path, budgets))["budgets"])
        ours = read(path, plan(budgets=budgets), last_us + 1).budgets
    assert [(one.requests, one.used_usd, one.unpriced_requests) for one in ours] == [
        (one.requests, one.used_usd, one.unpriced_requests) for one in theirs
    ]
    assert all(one.requests for one in ours)


def test_the_loader_loads_while_figures_are_being_read(tmp_path: Path) -> None:
    db, record = tmp_path / "t.duckdb", RequestRecord(timestamp_us=NOON_US - 1, request_id="a", cost_estimated=1.0)
    with TelemetryCollector(db) as collector:
        collector.record(record)
        collector.flush()
        with LiveReader(db)._opened() as reading:
            reading.execute("begin transaction read only")
            reading.execute("select * from telemetry")
            collector.record(record)
            stats = collector.flush(0.0)
            assert (stats.loaded, stats.pending, stats.last_error) == (2, 0, None)
        assert read(db).today.requests == 2


def test_the_reader_gives_way_to_a_load(telemetry: Telemetry) -> None:
    as_the_sink = duckdb.connect(str(telemetry.db), config=dict(beside_application(0)))
    with as_the_sink, pytest.raises(BusyError):
        telemetry.read()
    assert telemetry.read().today.requests == 0


def test_loads_and_reads_go_on_side_by_side(tmp_path: Path) -> None:
    """Neither fails in many turns of both; before, an attached file or other settings turned loads away."""
    db, over = tmp_path / "t.duckdb", threading.Event()
    seen: list[int] = []

    def look() -> None:
        while not over.is_set():
            try:
                seen.append(read(db).today.requests)
            except BusyError:
                continue

    with TelemetryCollector(db) as collector:
        collector.flush()
        thread = threading.Thread(target=look)
        thread.start()
        try:
            for number in range(5):
                collector.record(RequestRecord(timestamp_us=NOON_US - 1, request_id=str(number), cost_estimated=1.0))
                stats = collector.flush(0.0)
                assert stats.last_error is None
        finally:
            over.set()
            thread.join()
    assert read(db).today.requests == 5
    assert seen == sorted(seen)


def test_a_page_of_a_team_has_its_requests_tries_and_budgets_and_nothing_of_others(telemetry: Telemetry) -> None:
    for team, provider, cost in (("search", "openai", 1.0), (" search ", "openai", 2.0), ("ads", "anthropic", 4.0)):
        telemetry.request(5, cost, team=team, provider=provider, request_id=f"{team}{cost}")
        telemetry.request(DAY + 5, 10 * cost, team=team, provider=provider)
    telemetry.request(5, 8.0, provider="google", request_id="nobody's")
    telemetry.tries(5, "search1.0", ("openai", "error", "server_error"), ("google", "ok", None))
    telemetry.tries(5, "ads4.0", ("anthropic", "error", "overloaded"), ("google", "ok", None))
    telemetry.tries(5, "nobody's", ("google", "ok", None))
    budgets = (budget(), budget("theirs", team="search"), budget("of ads", team="ads"), budget("one", project="one"))
    whole = plan(budgets=budgets)
    rows = telemetry.read(whole.of_team("search"))
    assert (rows.today.requests, rows.today.cost_usd, rows.today.yesterday_usd) == (2, Decimal(3), Decimal(30))
    assert [(row.provider, row.cost_usd) for row in rows.providers] == [("openai", Decimal(3))]
    assert {row.provider for row in rows.hours} == {"openai"}
    assert [(row.provider, row.tries) for row in rows.health] == [("google", 1), ("openai", 1)]
    assert [(row.provider, row.to_provider) for row in rows.failovers] == [("openai", "google")]
    assert [one.budget for one in whole.of_team("search").budgets] == ["theirs"]
    assert [(row.number, row.used_usd) for row in rows.budgets] == [(0, Decimal(33))]
    everything = telemetry.read(whole)
    assert (everything.today.requests, everything.today.cost_usd) == (4, Decimal(15))
    assert [(row.provider, row.tries) for row in everything.health] == [("anthropic", 1), ("google", 3), ("openai", 1)]


@pytest.mark.parametrize("team", ["", "%", "' or 1 = 1 --", "$team"])
def test_a_team_that_nobody_has_sees_nothing(telemetry: Telemetry, team: str) -> None:
    telemetry.request(1, 1.0, team="search")
    telemetry.request(1, 1.0)
    assert telemetry.read(plan().of_team(team)).today == NOTHING
