"""The views against sums and quantiles worked out here by other means."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_report.calendar.period import PeriodAsk
from finops_report.report import report
from finops_report.warehouse import ReadRequest, ViewRows, Waiting, read
from tests.conftest import NINE

NOW_US = 1_794_000_000_000_000
MONEY = st.integers(0, 10**9).map(lambda n: float(Decimal(n) / 10**9)) | st.none()
EXAMPLES = 100 if os.environ.get("FINOPS_SOAK") else 5  # each is a report
ROW = st.tuples(
    st.integers(0, 30 * 24 * 3600),
    st.sampled_from(["cost-first", "performance-first"]),
    st.sampled_from(["openai", "anthropic", None]),
    st.sampled_from(["a", "b"]),
    st.integers(0, 10**6) | st.none(),
    st.integers(0, 10**5) | st.none(),
    MONEY,
    st.floats(0.01, 10**6) | st.none(),
)


def answers(path: Path, wanted: tuple[str, ...] = (), **wishes: Any) -> ViewRows:
    waiting = Waiting(0, lambda: 0.0, lambda _: None)
    return read(ReadRequest(path, None, PeriodAsk(**wishes), NOW_US, waiting), wanted)


def ask(path: Path, wanted: tuple[str, ...] = (), **wishes: Any) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the rows of views, all if none is wanted; the types of their columns are compared elsewhere."""
    return answers(path, wanted, **wishes).views


def load(folder: str, rows: list[tuple[Any, ...]]) -> Path:
    path = Path(folder) / "t.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table t ({NINE})")
        for number, (seconds, *rest) in enumerate(rows):
            con.execute(
                "insert into t select timestamp '2026-10-01' + to_seconds(?), ?, ?, ?, ?, ?, ?, ?, ?",
                [seconds, f"r{number}", *rest],
            )
    return path


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=40))
def test_soak_money_and_tokens_add_up_exactly_in_every_view(rows: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = answers(load(folder, rows))
    views: Mapping[str, Sequence[Mapping[str, Any]]] = found.views
    cost = sum((Decimal(repr(row[6])).quantize(Decimal("1e-12")) for row in rows if row[6] is not None), Decimal(0))
    tokens = sum(row[4] or 0 for row in rows)
    for view in ("total_spend", "spend_by_provider", "spend_over_time", "spend_by_model", "requests_by_strategy"):
        assert sum(row["cost_usd"] or 0 for row in views[view]) == cost, view
        assert sum(row["requests"] for row in views[view]) == len(rows), view
    assert views["totals"][0]["input_tokens"] == tokens
    report(found, "t")  # raises if parts do not add up
    steps = views["change_explained"]
    if steps:
        sides = {row["side"]: row["cost_usd"] for row in views["comparison"]}
        assert (steps[0]["amount_usd"], steps[-1]["amount_usd"]) == (sides["old"], sides["new"])
    assert views["totals"][0]["unpriced_requests"] == sum(row[6] is None for row in rows)


@settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(0.01, 10**7), min_size=1, max_size=60))
def test_soak_quantiles_are_within_one_percent(latencies: list[float]) -> None:
    rows = [(0, "cost-first", "openai", "a", 1, 1, 0.1, ms) for ms in latencies]
    with tempfile.TemporaryDirectory() as folder:
        (found,) = ask(load(folder, rows), wanted=("latency_by_provider_model",))["latency_by_provider_model"]
    ordered = sorted(latencies)
    for q, key in ((0.5, "p50_ms"), (0.95, "p95_ms"), (0.99, "p99_ms")):
        exact = ordered[math.floor(q * (len(ordered) - 1))]
        assert found[key] == pytest.approx(exact, rel=0.0101), key


def test_embeddings_beside_chat_leave_the_rates_of_chat_as_they_are(tmp_path: Path) -> None:
    chats: list[tuple[Any, ...]] = [
        (hour * 3600, strategy, "openai", "a", 1000, 100, 0.002, 1000.0)
        for hour in range(40)
        for strategy in ("cost-first", "performance-first")
    ]
    embeddings: list[tuple[Any, ...]] = [
        (hour * 3600, strategy, "openai", "vectors", 50_000, 0, 0.001, 400.0 if strategy == "cost-first" else 200.0)
        for hour in range(40)
        for strategy in ("cost-first", "performance-first")
    ]
    for place in ("chats", "both", "embeddings"):
        (tmp_path / place).mkdir()
    alone, both, vectors = (
        ask(load(str(tmp_path / place), rows))
        for place, rows in (("chats", chats), ("both", chats + embeddings), ("embeddings", embeddings))
    )
    for row in (*alone["requests_by_strategy"], *both["requests_by_strategy"]):
        assert row["ms_per_output_token"] == pytest.approx(10.0)
    assert [row["ms_per_output_token"] for row in vectors["requests_by_strategy"]] == [None, None]
    assert both["free_requests"][0]["requests"] == both["totals"][0]["unpriced_requests"] == 0
    # equal work is compared: chat with chat, where both took as long, and embeddings with embeddings
    (work,) = both["same_work"]
    assert work["cells"] == 2
    assert (work["cost_first_ms"], work["performance_first_ms"]) == pytest.approx((700.0, 600.0))
    assert work["cost_first_usd"] == pytest.approx(work["performance_first_usd"])
    report(answers(tmp_path / "embeddings" / "t.duckdb"), "t")  # a source of embeddings alone makes a report


def test_both_sides_of_the_comparison_cover_equal_time(tmp_path: Path) -> None:
    rows = [(day * 86_400, "cost-first", "openai", "a", 1, 1, 1.0, 10.0) for day in range(9)]
    sides = ask(load(str(tmp_path), rows))["comparison"]
    assert [(row["side"], row["requests"]) for row in sides] == [("new", 4), ("old", 4)]


def test_incidents_are_runs_of_bad_hours(tmp_path: Path) -> None:
    path = load(str(tmp_path), [(0, "cost-first", "openai", "a", 1, 1, 1.0, 10.0)])
    with duckdb.connect(str(path)) as con:
        con.execute(
            """
            create table attempts as
            select timestamp '2026-10-01' + to_seconds(h * 3600 + i * 60) as timestamp,
                'r' || h || '-' || i as request_id,
                1 as attempt, 'openai' as provider, 'a' as model,
                case when h in (3, 4, 9) then 'timeout' else 'ok' end as outcome, 'timeout' as error_type,
                60000.0 as latency_ms
            from range(12) h (h), range(20) i (i)
            """
        )
    incidents = ask(path, until=None)["incidents"]
    assert [(row["started_at"].hour, row["ended_at"].hour, row["failed_attempts"]) for row in incidents] == [
        (3, 5, 40),
        (9, 10, 20),
    ]
    assert [float(row["failed_minutes"]) for row in incidents] == [40, 20]


@pytest.mark.parametrize(
    ("timezone", "begin", "started", "ended", "hours"),
    [
        # clocks are set back from three to two: the outage from 00 to 03 UTC lasts three hours all the same
        ("Europe/Berlin", "2026-10-25 00:00", "2026-10-25 02:00", "2026-10-25 04:00", 3),
        ("Europe/Berlin", "2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 05:00", 3),
        ("UTC", "2026-10-25 00:00", "2026-10-25 00:00", "2026-10-25 03:00", 3),
        # half an hour is shown twice: a clock hour that is cut in two
        ("Australia/Lord_Howe", "2026-04-04 14:00", "2026-04-05 01:00", "2026-04-05 04:00", 4),
    ],
)
def test_an_incident_goes_on_when_clocks_change(
    tmp_path: Path, timezone: str, begin: str, started: str, ended: str, hours: int
) -> None:
    path = load(str(tmp_path), [(0, "cost-first", "openai", "a", 1, 1, 1.0, 10.0)])
    with duckdb.connect(str(path)) as con:
        con.execute(
            f"""
            create table attempts as
            select timestamp '{begin}' + to_minutes(i * 5) as timestamp, 'r' || i as request_id, 1 as attempt,
                'openai' as provider, 'a' as model, 'timeout' as outcome, 'timeout' as error_type, 1.0 as latency_ms
            from range({36 if hours == 3 else 42}) i (i)
            """
        )
    day = date.fromisoformat(started[:10])
    since, until = day - timedelta(days=1), day + timedelta(days=1)
    (found,) = ask(path, since=since, until=until, timezone=timezone)["incidents"]
    assert (f"{found['started_at']:%Y-%m-%d %H:%M}", f"{found['ended_at']:%Y-%m-%d %H:%M}") == (started, ended)
    assert found["hours"] == hours


def test_a_failover_counts_the_provider_that_was_left_and_the_one_that_took_over(tmp_path: Path) -> None:
    path = load(str(tmp_path), [(0, "cost-first", "openai", "a", 1, 1, 1.0, 10.0)])
    with duckdb.connect(str(path)) as con:
        con.execute(
            """
            create table attempts as
            select timestamp '2026-10-01' as timestamp, request_id, attempt, provider, 'a' as model, outcome, error_type
            from (values
                ('r1', 1, 'openai', 'error', 'overloaded'), ('r1', 2, 'openai', 'error', 'overloaded'),
                ('r1', 3, 'google', 'ok', null),
                ('r2', 1, 'openai', 'skipped', null), ('r2', 2, 'google', 'ok', null),
                ('r3', 1, 'openai', 'timeout', 'timeout'), ('r3', 2, 'google', 'error', 'overloaded'),
                ('r4', 1, 'openai', 'ok', null)
            ) t (request_id, attempt, provider, outcome, error_type)
            """
        )
    views = ask(path)
    events = {
        (r["from_provider"], r["to_provider"], r["error_type"]): (r["events"], r["recovered"])
        for r in views["failover_events"]
    }
    assert events == {
        ("openai", "google", "overloaded"): (1, 1),
        ("openai", "google", "resting after failures"): (1, 1),
        ("openai", "google", "timeout"): (1, 0),
    }
    assert (views["troubled_requests"][0]["requests"], views["troubled_requests"][0]["answered"]) == (2, 1)


def explained(tmp_path: Path, old: list[tuple[Any, ...]], new: list[tuple[Any, ...]]) -> dict[str, float]:
    """The steps of the bridge between two days; a request is (model, tokens, cost)."""
    rows = [
        (day * 86_400, "cost-first", "openai", model, tokens, 0, cost, 10.0)
        for day, requests in enumerate((old, new))
        for model, tokens, cost in requests
    ]
    return {row["cause"]: float(row["amount_usd"]) for row in ask(load(str(tmp_path), rows))["change_explained"]}


@pytest.mark.parametrize(
    ("new", "cause", "usd"),
    [
        ([("a", 100, 1.0)] * 4 + [("b", 100, 3.0)] * 4, "number of requests", 8.0),
        ([("a", 100, 1.0)] * 1 + [("b", 100, 3.0)] * 3, "choice of models", 2.0),
        ([("a", 150, 1.5)] * 2 + [("b", 150, 4.5)] * 2, "tokens a request", 4.0),
        ([("a", 100, 2.0)] * 2 + [("b", 100, 6.0)] * 2, "price a token", 8.0),
        ([("c", 500, 2.0)] * 4, "choice of models", 0.0),
    ],
)
def test_the_bridge_names_the_one_thing_that_changed(
    tmp_path: Path, new: list[tuple[Any, ...]], cause: str, usd: float
) -> None:
    steps = explained(tmp_path, [("a", 100, 1.0)] * 2 + [("b", 100, 3.0)] * 2, new)
    before, now = steps.pop("spend before"), steps.pop("spend now")
    assert (before, now) == (8.0, sum(cost for _, _, cost in new))
    assert steps == {name: usd if name == cause else 0.0 for name in steps}


def cached(tmp_path: Path, told: bool) -> dict[str, float]:
    """The bridge between a day without a cache and one on which it took a quarter off."""
    rows = [(day * 86_400, "cost-first", "openai", "a", 100, 0, cost, 10.0) for day, cost in enumerate((4.0, 3.0))]
    path = load(str(tmp_path), rows)
    with duckdb.connect(str(path)) as con:
        con.execute("alter table t add column cache_read_input_tokens integer")
        con.execute("update t set cache_read_input_tokens = case when cost_estimated = 3.0 then 50 else 0 end")
        if told:
            con.execute("alter table t add column cache_savings_estimated double")
            con.execute("update t set cache_savings_estimated = 1.0 where cost_estimated = 3.0")
    return {row["cause"]: float(row["amount_usd"]) for row in ask(path)["change_explained"]}


def test_the_bridge_shows_what_the_cache_took_off_where_it_is_recorded(tmp_path: Path) -> None:
    steps = cached(tmp_path, told=True)
    assert (steps["caching"], steps["price a token"]) == (-1.0, 0.0)


def test_the_bridge_keeps_the_cache_in_the_price_where_nobody_recorded_its_savings(tmp_path: Path) -> None:
    steps = cached(tmp_path, told=False)
    assert "caching" not in steps
    assert steps["price a token"] == -1.0


def test_a_fallback_costs_what_its_tokens_cost_above_the_first_choice(tmp_path: Path) -> None:
    cheap = (0, "cost-first", "openai", "cheap", 90, 10, 1.0, 10.0)
    dear = (60, "cost-first", "anthropic", "dear", 90, 10, 4.0, 10.0)
    path = load(str(tmp_path), [cheap, dear])
    with duckdb.connect(str(path)) as con:
        con.execute(
            """
            create table attempts as
            select timestamp '2026-10-01' as timestamp, *
            from (values
                ('r1', 1, 'openai', 'cheap', 'error', 'overloaded', null, null, null),
                ('r1', 2, 'anthropic', 'dear', 'ok', null, 90, 10, 4.0),
                ('r2', 1, 'openai', 'cheap', 'error', 'overloaded', null, null, null),
                ('r2', 2, 'openai', 'cheap', 'ok', null, 90, 10, 1.0)
            ) t (request_id, attempt, provider, model, outcome, error_type, input_tokens, output_tokens, cost_estimated)
            """
        )
    (paid,) = ask(path)["fallbacks_paid"]
    assert (paid["from_model"], paid["to_model"], paid["requests"], paid["extra_usd"]) == ("cheap", "dear", 1, 3.0)


def test_the_top_movers_are_the_largest_changes_whichever_way_also_of_who_has_left(tmp_path: Path) -> None:
    rows = [
        (day * 86_400, "cost-first", "openai", model, 10, 1, cost, 10.0)
        for day, model, cost in ((0, "gone", 5.0), (0, "same", 1.0), (1, "same", 1.0), (1, "grown", 2.0))
    ]
    path = load(str(tmp_path), rows)
    with duckdb.connect(str(path)) as con:
        con.execute("alter table t add column team varchar")
        con.execute("update t set team = 'search' where model = 'gone'")
    views = ask(path, since=date(2026, 10, 2))
    movers = [(row["dimension"], row["owner"], row["name"], float(row["change_usd"])) for row in views["top_movers"]]
    assert movers == [
        ("model", "openai", "gone", -5.0),
        ("model", "openai", "grown", 2.0),
        ("team and project", "search", "not attributed", -5.0),
        ("team and project", "not attributed", "not attributed", 2.0),
    ]


def test_without_anything_earlier_nothing_moved(tmp_path: Path) -> None:
    path = load(str(tmp_path), [(0, "cost-first", "openai", "a", 10, 1, 1.0, 10.0)])
    assert ask(path)["top_movers"] == []


def test_the_share_before_is_of_all_providers_also_of_those_that_are_gone(tmp_path: Path) -> None:
    rows = [(0, "cost-first", "gone", "a", 10, 1, 3.0, 10.0), (1, "cost-first", "openai", "a", 10, 1, 1.0, 10.0)]
    path = load(str(tmp_path), [*rows, (86_400, "cost-first", "openai", "a", 10, 1, 1.0, 10.0)])
    (openai,) = ask(path, since=date(2026, 10, 2))["spend_by_provider"]
    assert (openai["old_share"], openai["new_share"]) == (0.25, 1.0)


def test_savings_that_cannot_be_are_set_aside_and_counted(tmp_path: Path) -> None:
    rows = [(day * 86_400, "cost-first", "openai", "a", 100, 0, 1.0, 10.0) for day in range(2)]
    path = load(str(tmp_path), rows)
    with duckdb.connect(str(path)) as con:
        con.execute("alter table t add column cache_read_input_tokens integer")
        con.execute("alter table t add column cache_savings_estimated double")
        con.execute("update t set cache_read_input_tokens = 50, cache_savings_estimated = -0.999999999")
    views = ask(path)
    assert [(row["column_name"], row["rows_set_aside"]) for row in views["unusable_values"]] == [
        ("cache_savings_estimated", 2)
    ]
    assert "caching" not in {row["cause"] for row in views["change_explained"]}


@pytest.mark.parametrize("cost", ["-1.0", "'inf'::double", "'nan'::double", "2e12", "null"])
def test_savings_beside_a_cost_that_cannot_be_are_set_aside_too(tmp_path: Path, cost: str) -> None:
    path = load(str(tmp_path), [(0, "cost-first", "openai", "a", 100, 0, 1.0, 10.0)])
    with duckdb.connect(str(path)) as con:
        con.execute("alter table t add column cache_savings_estimated double default 0.95")
        con.execute(f"update t set cost_estimated = {cost}")
    found = {row["column_name"]: row["rows_set_aside"] for row in ask(path)["unusable_values"]}
    assert found["cache_savings_estimated"] == 1


def test_a_cache_that_was_only_written_hides_in_the_price_where_its_price_is_not_recorded(tmp_path: Path) -> None:
    rows = [(day * 86_400, "cost-first", "openai", "a", 100, 0, 1.0 + day / 4, 10.0) for day in range(2)]
    path = load(str(tmp_path), rows)
    with duckdb.connect(str(path)) as con:
        con.execute("alter table t add column cache_read_input_tokens integer default 0")
        con.execute("alter table t add column cache_write_input_tokens integer")
        con.execute("update t set cache_write_input_tokens = 50 where cost_estimated > 1")
    steps = {row["cause"]: float(row["amount_usd"]) for row in ask(path)["change_explained"]}
    assert "caching" not in steps
    assert steps["price a token"] == 0.25


def test_without_a_price_there_is_no_regret_in_money(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [(i, "cost-first", "openai", "a", 100, 10, None, 10.0) for i in range(30)]
    rows += [(i, "cost-first", "openai", "b", 100, 10, 1.0, 10.0) for i in range(10)]
    (found,) = ask(load(str(tmp_path), rows))["strategy_regret"]
    assert (found["cost_usd"], found["regret_usd"], found["interval_usd"]) == (None, None, None)
    assert found["regret_ms"] == 0.0


def test_the_same_work_is_compared_to_the_last_digit_of_its_costs(tmp_path: Path) -> None:
    rows = [(0, strategy, "openai", "a", 100, 10, 1.2e-9, 10.0) for strategy in ("cost-first", "performance-first")]
    (found,) = ask(load(str(tmp_path), rows))["same_work"]
    assert (found["cost_first_usd"], found["performance_first_usd"]) == (1.2e-9, 1.2e-9)


def test_costs_no_square_of_which_is_summed_have_no_certain_mean(tmp_path: Path) -> None:
    rows = [
        (i, strategy, "openai", "a", 100, 10, 2e6 + i, 10.0)
        for i in range(40)
        for strategy in ("cost-first", "performance-first")
    ]
    (found,) = ask(load(str(tmp_path), rows))["same_work"]
    assert found["interval_usd"] is None
