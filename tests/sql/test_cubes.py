"""Cubes know time alone: whatever is compared with what, they come to what the rows come to."""

from __future__ import annotations

import math
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import ReadRequest, Waiting, open_cubes
from finops_report.warehouse.reading import OpenCubes
from tests.conftest import NINE

NOW_US = 1_794_000_000_000_000
BEGIN = datetime(2026, 9, 20, tzinfo=UTC)
BEGIN_US = int(BEGIN.timestamp()) * 1_000_000
HISTOGRAM_RATIO = 1.01 / 0.99


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it is written into the table; `second` counts from BEGIN."""

    second: int
    strategy: str
    provider: str
    cost_usd: Decimal | None
    latency_ms: float | None
    team: str | None
    environment: str | None
    end_user: str | None

    @property
    def at_us(self) -> int:
        return BEGIN_US + self.second * 1_000_000


NAMES = st.sampled_from(["one", "two"]) | st.none()
ROWS = st.lists(
    st.builds(
        Asked,
        second=st.integers(0, 46 * 24 * 3600),
        strategy=st.sampled_from(["cost-first", "performance-first"]),
        provider=st.sampled_from(["openai", "anthropic"]),
        cost_usd=st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-9)) | st.none(),
        latency_ms=st.floats(0.01, 10**6) | st.none(),
        team=NAMES,
        environment=NAMES,
        end_user=NAMES,
    ),
    min_size=1,
    max_size=25,
)
DAYS = st.dates(date(2026, 9, 15), date(2026, 11, 5))
ASKS = st.one_of(
    st.just(PeriodAsk()),
    st.just(PeriodAsk(month="2026-10")),
    st.just(PeriodAsk(quarter="2026-Q4")),
    st.tuples(DAYS, DAYS).map(lambda days: PeriodAsk(min(days), max(days))),
)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns")


def written(row: Asked) -> tuple[object, ...]:
    cost = None if row.cost_usd is None else float(row.cost_usd)
    return row.strategy, row.provider, cost, row.latency_ms, row.team, row.environment, row.end_user


@contextmanager
def cubes_of(rows: Iterable[Asked], ask: PeriodAsk) -> Iterator[OpenCubes]:
    """The cubes and views of a table with these rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute(f"create table t ({NINE}, team varchar, environment varchar, end_user varchar)")
            for number, row in enumerate(rows):
                con.execute(
                    "insert into t values (make_timestamp(?), ?, ?, ?, 'm', 100, 10, ?, ?, ?, ?, ?)",
                    [row.at_us, f"r{number}", *written(row)],
                )
        with open_cubes(ReadRequest(path, None, ask, NOW_US, Waiting(0, lambda: 0.0, lambda _: None))) as opened:
            yield opened


def on_side(opened: OpenCubes, side: str) -> Callable[[Asked], bool]:
    period = opened.period
    bounds = {
        "old": (period.old_us, period.old_until_us),
        "new": (period.new_us, period.new_until_us),
        "period": (period.start_us, period.until_us),
    }
    start_us, until_us = bounds[side]
    return lambda row: start_us <= row.at_us < until_us


SIDES = {"old": "side = 'old'", "new": "side = 'new'", "period": "in_period"}


FAST = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes: all cubes are summed each time


@settings(
    max_examples=60 if os.environ.get("FINOPS_SOAK") else 3,
    deadline=None,
    phases=FAST,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(ROWS, ASKS, st.sampled_from(ZONES))
def test_soak_any_comparison_of_cubes_is_that_of_the_rows(rows: list[Asked], ask: PeriodAsk, zone: str) -> None:
    ask = PeriodAsk(ask.since, ask.until, ask.month, zone, ask.quarter)
    with cubes_of(rows, ask) as opened:
        for side, condition in SIDES.items():
            wanted = [row for row in rows if on_side(opened, side)(row)]
            assert spent(opened, condition) == spend(wanted, lambda row: (row.strategy, row.provider))
            assert divided(opened, "team", condition) == spend(wanted, lambda row: row.team)
            assert divided(opened, "environment", condition) == spend(wanted, lambda row: row.environment)
            assert divided(opened, "end_user", condition) == spend(wanted, lambda row: row.end_user)
            assert histogram(opened, condition) == buckets(wanted)
            assert work(opened, condition) == len(wanted)


Spend = dict[object, tuple[int, Decimal, int]]


def spend(rows: Iterable[Asked], key: Callable[[Asked], object]) -> Spend:
    """Requests, cost and requests without a price by `key`, from the rows themselves."""
    found: Spend = {}
    for row in rows:
        requests, cost, unpriced = found.get(key(row), (0, Decimal(0), 0))
        found[key(row)] = requests + 1, cost + (row.cost_usd or 0), unpriced + (row.cost_usd is None)
    return found


def spent(opened: OpenCubes, condition: str) -> Spend:
    rows = opened.con.execute(
        f"""select strategy, provider, sum(requests), coalesce(sum(cost_usd), 0), sum(unpriced_requests)
        from cubes.spend join calendar using (slot_us) where {condition} group by all"""
    ).fetchall()
    return {(strategy, provider): (int(requests), cost, int(free)) for strategy, provider, requests, cost, free in rows}


def divided(opened: OpenCubes, kind: str, condition: str) -> Spend:
    rows = opened.con.execute(
        f"""select {kind}, sum(requests), coalesce(sum(cost_usd), 0), sum(unpriced_requests)
        from cubes.attribution join calendar using (slot_us) where divided_by = '{kind}' and {condition} group by all"""
    ).fetchall()
    return {name: (int(requests), cost, int(unpriced)) for name, requests, cost, unpriced in rows}


def histogram(opened: OpenCubes, condition: str) -> Counter[int]:
    rows = opened.con.execute(
        f"""select latency.bucket, sum(requests) from cubes.latency join calendar on slot_us = stretch_us
        where {condition} group by latency.bucket"""
    ).fetchall()
    return Counter({bucket: int(requests) for bucket, requests in rows})


def buckets(rows: Iterable[Asked]) -> Counter[int]:
    known = (row.latency_ms for row in rows if row.latency_ms is not None)
    return Counter(math.floor(math.log(ms) / math.log(HISTOGRAM_RATIO)) for ms in known)


def work(opened: OpenCubes, condition: str) -> int:
    (found,) = opened.con.execute(
        f"select coalesce(sum(requests), 0) from cubes.workload join calendar on slot_us = stretch_us where {condition}"
    ).fetchall()
    return int(found[0])


@pytest.mark.parametrize(
    ("zone", "first_hours"),
    [("Europe/Berlin", [0, 1, 2, 2, 3]), ("Australia/Lord_Howe", [0, 1, 2, 3, 4]), ("Asia/Kolkata", [0, 1, 2, 3, 4])],
)
def test_the_calendar_shows_the_hours_that_clocks_showed(zone: str, first_hours: list[int]) -> None:
    day = date(2026, 10, 25)
    midnight = datetime(2026, 10, 25, tzinfo=ZoneInfo(zone))
    rows = [asked_at(midnight.astimezone(UTC) + timedelta(hours=hour)) for hour in range(5)]
    with cubes_of(rows, PeriodAsk(day, day, timezone=zone)) as opened:
        hours = opened.con.execute(
            "select hour, requests from cubes.spend join calendar using (slot_us) where in_period order by slot_us"
        ).fetchall()
    assert [(hour.day, hour.hour, requests) for hour, requests in hours] == [(25, hour, 1) for hour in first_hours]


def test_the_missing_half_hour_of_lord_howe_is_in_no_slot() -> None:
    day = date(2026, 10, 4)
    with cubes_of(
        [asked_at(datetime(2026, 10, 3, 20, tzinfo=UTC))], PeriodAsk(day, day, timezone="Australia/Lord_Howe")
    ) as o:
        slots = o.con.execute(
            "select hour, count(*) from calendar where in_period group by hour order by hour"
        ).fetchall()
    assert [(hour.hour, count) for hour, count in slots[:4]] == [(0, 4), (1, 4), (2, 2), (3, 4)]
    assert sum(count for _, count in slots) == 94


def test_a_histogram_is_by_stretches_that_begin_at_local_midnights_of_the_report() -> None:
    berlin = [datetime(2026, 10, 24, 21, 59, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)]
    berlin += [datetime(2026, 10, 25, 22, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)]
    ask = PeriodAsk(date(2026, 10, 25), date(2026, 10, 25), timezone="Europe/Berlin")
    with cubes_of([asked_at(moment) for moment in berlin], ask) as opened:
        sums = opened.con.execute(
            "select in_period, sum(requests) from cubes.latency join calendar on slot_us = stretch_us group by all"
        ).fetchall()
    assert sums == [(True, 2)]  # those before and after are another day's in Berlin


def test_end_users_are_summed_by_what_the_report_compares_and_not_by_day() -> None:
    rows = [asked_at(BEGIN + timedelta(days=day)) for day in range(40)]  # 20 September to 29 October
    with cubes_of(rows, PeriodAsk()) as opened:
        found = opened.con.execute(
            "select divided_by, count(*) from cubes.attribution group by all order by all"
        ).fetchall()
    # the earlier and the later half of the forty days
    assert found == [("end_user", 2), ("environment", 40), ("team", 40)]


def asked_at(moment: datetime) -> Asked:
    return Asked(
        int((moment - BEGIN).total_seconds()), "cost-first", "openai", Decimal(1), 10.0, "t", "prod", "customer"
    )


def test_a_request_in_trouble_belongs_to_the_time_of_its_last_attempt(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table t ({NINE})")
        con.execute("insert into t (timestamp, request_id) values ('2026-09-20', 'r0'), ('2026-10-30', 'r9')")
        con.execute(
            """
            create table attempts as
            select moment::timestamp as timestamp, request_id, attempt, 'openai' as provider, outcome,
                10.5 as latency_ms
            from (values
                ('2026-09-30 23:59:59', 'r1', 1, 'timeout'), ('2026-10-01 00:00:01', 'r1', 2, 'ok'),
                ('2026-09-30 23:00:00', 'r2', 1, 'timeout'), ('2026-09-30 23:59:59', 'r2', 2, 'ok'),
                ('2026-10-02 12:00:00', 'r3', 1, 'error'), ('2026-10-02 12:00:00', 'r4', 1, 'skipped')
            ) t (moment, request_id, attempt, outcome)
            """
        )
    request = ReadRequest(path, None, PeriodAsk(month="2026-10"), NOW_US, Waiting(0, lambda: 0.0, lambda _: None))
    with open_cubes(request) as opened:
        found = opened.con.execute("select requests, answered, mean_ms from troubled_requests").fetchall()
    assert found == [(2, 1, (21.0 + 10.5) / 2)]


def test_repeated_rows_are_all_but_the_first_of_an_id_and_its_provider(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table t ({NINE})")
        con.execute(
            """
            insert into t (timestamp, request_id, provider) values
                ('2026-10-01 10:00', 'r1', 'a'), ('2026-10-01 12:00', 'r1', 'a'), ('2026-10-02 10:00', 'r1', 'a'),
                ('2026-10-01 10:30', 'r1', 'b'), ('2026-10-03 10:00', null, 'a'), ('2026-10-03 10:00', null, 'a'),
                ('2026-10-04 10:00', 'r2', 'a')
            """
        )
    request = ReadRequest(path, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None))
    with open_cubes(request) as opened:
        rows = opened.con.execute(
            """
            select calendar.hour, earlier.hour, repeated_rows
            from cubes.repeated_request_ids as repeated
            join calendar using (slot_us)
            join calendar as earlier on earlier.slot_us = repeated.earlier_slot_us
            order by calendar.hour
            """
        ).fetchall()
        moves = opened.con.execute("select from_provider, to_provider, sum(events) from cubes.failovers group by all")
        assert sorted(moves.fetchall()) == [("a", "b", 1), ("b", "a", 1)]
    assert [(hour.day, hour.hour, earlier.day, earlier.hour, int(repeated)) for hour, earlier, repeated in rows] == [
        (1, 12, 1, 10, 1),
        (2, 10, 1, 12, 1),
    ]


def test_what_could_not_be_used_is_counted_by_slot_and_without_a_usable_time_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table t ({NINE})")
        con.execute(
            """
            insert into t (timestamp, request_id, input_tokens, cost_estimated) values
                (null, 'r1', -5, 1), ('1970-01-01', 'r2', 5, 1), ('2026-10-01 10:59', 'r3', -5, -1),
                ('2026-10-01 10:01', 'r4', -5, 1), ('2026-10-01 11:00', 'r5', 5, 1), ('2036-10-01', 'r6', 5, 1)
            """
        )
    request = ReadRequest(path, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None))
    with open_cubes(request) as opened:
        rows = opened.con.execute(
            """
            select year(make_timestamp(slot_us)), hour(make_timestamp(slot_us)), column_name, reason, rows_set_aside
            from cubes.unusable_values order by slot_us, column_name, reason
            """
        ).fetchall()
    assert rows == [
        (2026, 10, "cost_estimated", "negative or not a number", 1),
        (2026, 10, "input_tokens", "negative or not a number", 2),
        (None, None, "input_tokens", "negative or not a number", 1),
        (None, None, "timestamp", "in the future", 1),
        (None, None, "timestamp", "missing", 1),
        (None, None, "timestamp", "not a usable time", 1),
    ]
