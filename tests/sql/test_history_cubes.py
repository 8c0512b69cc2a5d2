"""The cubes of the history come to what the rows of its months come to, divided any way."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import ReadRequest, Waiting, open_cubes
from finops_report.warehouse.reading import OpenCubes
from tests.conftest import NINE

NOW_US = 1_794_000_000_000_000
BEGIN_US = int(datetime(2025, 8, 1, tzinfo=UTC).timestamp()) * 1_000_000
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `minute` counts from BEGIN_US."""

    minute: int
    provider: str
    model: str
    team: str | None
    environment: str | None
    cost_usd: Decimal | None

    @property
    def at_us(self) -> int:
        return BEGIN_US + self.minute * 60_000_000

    def local(self, zone: str) -> datetime:
        return datetime.fromtimestamp(self.at_us // 1_000_000, ZoneInfo(zone))


ROWS = st.lists(
    st.builds(
        Asked,
        minute=st.integers(0, 460 * 24 * 60),
        provider=st.sampled_from(["openai", "anthropic"]),
        model=st.sampled_from(["small", "large"]),
        team=st.sampled_from(["search", "legal"]) | st.none(),
        environment=st.sampled_from(["prod"]) | st.none(),
        cost_usd=st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-9)) | st.none(),
    ),
    min_size=1,
    max_size=25,
)


@contextmanager
def cubes_of(rows: list[Asked], zone: str) -> Iterator[OpenCubes]:
    """The cubes and views of a table with these rows, for October 2026."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute(f"create table t ({NINE}, team varchar, environment varchar)")
            for number, row in enumerate(rows):
                cost = None if row.cost_usd is None else float(row.cost_usd)
                con.execute(
                    "insert into t values (make_timestamp(?), ?, 'cost-first', ?, ?, 100, 10, ?, 1, ?, ?)",
                    [row.at_us, f"r{number}", row.provider, row.model, cost, row.team, row.environment],
                )
        ask = PeriodAsk(month="2026-10", timezone=zone)
        with open_cubes(ReadRequest(path, None, ask, NOW_US, Waiting(0, lambda: 0.0, lambda _: None))) as opened:
            yield opened


Sums = dict[tuple[object, ...], tuple[int, Decimal, int]]


def sums(rows: list[Asked], key: Callable[[Asked], tuple[object, ...]]) -> Sums:
    """Requests, cost and requests without a price by `key`."""
    found: Sums = {}
    for row in rows:
        requests, cost, unpriced = found.get(key(row), (0, Decimal(0), 0))
        found[key(row)] = requests + 1, cost + (row.cost_usd or 0), unpriced + (row.cost_usd is None)
    return found


def summed(opened: OpenCubes, keys: str, cube: str) -> Sums:
    rows = opened.con.execute(
        f"""select {keys}, sum(requests), coalesce(sum(cost_usd), 0), sum(unpriced_requests) from {cube} group by all"""
    ).fetchall()
    return {tuple(key): (int(requests), cost, int(unpriced)) for *key, requests, cost, unpriced in rows}


@settings(
    max_examples=40 if os.environ.get("FINOPS_SOAK") else 3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(ROWS, st.sampled_from(ZONES))
def test_soak_they_come_to_the_rows_of_the_month_and_of_the_twelve_before_it(rows: list[Asked], zone: str) -> None:
    wanted = [row for row in rows if (2025, 10) <= (row.local(zone).year, row.local(zone).month) <= (2026, 10)]
    with cubes_of(rows, zone) as opened:
        days = "cubes.history join (select distinct day, month, day_us from history_calendar) using (day_us)"
        slots = "cubes.rhythm join history_calendar using (slot_us) where divided_by"
        assert summed(opened, "day, team, environment, provider, model", days) == sums(
            wanted, lambda row: (row.local(zone).date(), row.team, row.environment, row.provider, row.model)
        )
        assert summed(opened, "month", days) == sums(wanted, lambda row: (row.local(zone).date().replace(day=1),))
        assert summed(opened, "hour, team", f"{slots} = 'team'") == sums(
            wanted, lambda row: (wall_hour(row, zone), row.team)
        )
        assert summed(opened, "hour, provider, model", f"{slots} = 'model'") == sums(
            wanted, lambda row: (wall_hour(row, zone), row.provider, row.model)
        )


def wall_hour(row: Asked, zone: str) -> datetime:
    """The hour that a clock on the wall showed."""
    return row.local(zone).replace(minute=0, second=0, microsecond=0, tzinfo=None)
