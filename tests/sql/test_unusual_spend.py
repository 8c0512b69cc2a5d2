"""Nothing ordinary is unusual, and everything that happens is: what, when, why and how much."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from finops_report.analysis.totals import Facts, facts
from finops_report.calendar.period import PeriodAsk
from finops_report.sections import unusual_spend
from finops_report.sections.unusual_spend import JUDGED_HOURS, USUAL_SPEND, JudgedHours, UnusualSpend, unusual
from finops_report.warehouse import ReadRequest, Waiting
from finops_report.wording.currency import US_DOLLARS
from tests.extended import extended
from tests.finops_report.on_demand import rows_on_demand
from tests.sql.traffic import ordinary

NOW_US = 1_794_000_000_000_000
Traffic = Callable[..., Path]
ASK = PeriodAsk(since=date(2026, 9, 14))
DAY, NEXT = "timestamp '2026-10-07'", "timestamp '2026-10-08'"  # a Wednesday
SAME = "provider, model, input_tokens, output_tokens, cost_estimated, latency_ms"
AGAIN = f"""
insert into telemetry
select timestamp, request_id || '-' || i, strategy, {SAME}, team, {{status}}, cache_read_input_tokens
from telemetry, range({{times}}) as again (i)
where {{when}}
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happens, and what is to be found: whose, why, from when until when."""

    statement: str
    dimension: str
    name: str | None
    cause: str
    started_at: datetime
    ended_at: datetime


def again(when: str, times: int, status: str = "status") -> str:
    return AGAIN.format(when=when, times=times, status=status)


def between(begin: str, end: str) -> str:
    return f"timestamp >= timestamp '{begin}' and timestamp < timestamp '{end}'"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 10, day, hour)


DAYS = between("2026-10-07", "2026-10-10")
HAPPENED = {
    "a price rise of one model": Happened(
        "update telemetry set cost_estimated = cost_estimated * 1.8 "
        f"where model = 'claude-sonnet-4-5' and {between('2026-10-07', '2026-10-11')}",
        *("model", "claude-sonnet-4-5", "price", at(7), at(11)),
    ),
    "a runaway loop of one team at night": Happened(
        again(f"team = 'data' and {between('2026-10-07 23:00', '2026-10-08 03:00')}", 60),
        *("team", "data", "requests", at(7, 23), at(8, 3)),
    ),
    "tokens per request doubling": Happened(
        "update telemetry set input_tokens = 2 * input_tokens, output_tokens = 2 * output_tokens, "
        "cache_read_input_tokens = 2 * cache_read_input_tokens, cost_estimated = 2 * cost_estimated "
        f"where team = 'platform' and {DAYS}",
        *("team", "platform", "tokens", at(7), at(10)),
    ),
    "a switch to a dearer model": Happened(
        "update telemetry set provider = 'openai', model = 'gpt-5.1', cost_estimated = input_tokens * 1.25e-6 "
        f"+ output_tokens * 1e-5 where model like 'gemini%' and {DAYS}",
        *("model", "gpt-5.1", "models", at(7), at(10)),
    ),
    "a retry storm": Happened(
        again(f"model = 'gpt-5.1' and {between('2026-10-07 10:00', '2026-10-07 14:00')}", 15, "'error'"),
        *("model", "gpt-5.1", "failures", at(7, 10), at(7, 14)),
    ),
    "a day of triple volume": Happened(
        again(between("2026-10-07", "2026-10-08"), 2),
        *("total", None, "requests", at(7), at(8)),
    ),
    "a weekend of weekday traffic": Happened(
        again(between("2026-10-10", "2026-10-12"), 1),
        *("total", None, "requests", at(10), at(12)),
    ),
    "a cache that stops hitting": Happened(
        "update telemetry set cost_estimated = cost_estimated + cache_read_input_tokens * 2.7e-6, "
        f"cache_read_input_tokens = 0 where cache_read_input_tokens is not null and {DAYS}",
        *("model", "claude-sonnet-4-5", "caching", at(7), at(10)),
    ),
    "a single huge hour": Happened(
        again(between("2026-10-07 15:00", "2026-10-07 16:00"), 20),
        *("total", None, "requests", at(7, 15), at(7, 16)),
    ),
    "a day of little spend": Happened(
        f"delete from telemetry where hash(request_id) % 10 < 6 and {between('2026-10-07', '2026-10-08')}",
        *("total", None, "requests", at(7), at(8)),
    ),
    "a new model": Happened(
        "update telemetry set model = 'gpt-6', cost_estimated = 2 * cost_estimated "
        "where model = 'gpt-5.1' and timestamp >= timestamp '2026-10-07' and hash(request_id) % 2 = 0",
        *("model", "gpt-6", "new", at(7), at(14)),
    ),
}


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Traffic:
    """Write ordinary traffic, each seed once, to a new file, and change it by statements."""
    folder = tmp_path_factory.mktemp("traffic")
    written: dict[tuple[int, int], Path] = {}

    def write(seed: int, per_hour: int = 60, *then: str) -> Path:
        if (seed, per_hour) not in written:
            written[seed, per_hour] = ordinary(folder / f"{seed}-{per_hour}.duckdb", seed, per_hour)
        path = shutil.copy(written[seed, per_hour], folder / "t.duckdb" if then else folder / "ordinary.duckdb")
        with duckdb.connect(str(path)) as con:
            for statement in then:
                con.execute(statement)
        return Path(path)

    return write


def facts_of(db: Path, ask: PeriodAsk = ASK) -> Facts:
    request = ReadRequest(db, None, ask, NOW_US, Waiting(0, lambda: 0.0, lambda _: None))
    return facts(rows_on_demand(request, unusual_spend), US_DOLLARS)


def found(db: Path, ask: PeriodAsk = ASK) -> tuple[tuple[UnusualSpend, ...], JudgedHours]:
    """Return what is unusual, and what was judged."""
    of = facts_of(db, ask)
    return unusual(of), of.row(JUDGED_HOURS)


@pytest.mark.parametrize("seed", range(1, 41 if os.environ.get("FINOPS_SOAK") else 3))
def test_soak_nothing_is_unusual_in_ordinary_weeks(seed: int, traffic: Traffic) -> None:
    events, judged = found(traffic(seed))
    assert events == ()
    assert judged == JudgedHours(35 * 24, 35 * 24, date(2026, 9, 14))


@pytest.mark.parametrize("seed", [1, extended(2)])
@pytest.mark.parametrize("kind", ["office", "few", "weekdays", "nine columns"])
def test_nothing_is_unusual_in_the_ordinary_weeks_of_a_source_of_another_kind(
    seed: int, kind: str, traffic: Traffic
) -> None:
    office = "delete from telemetry where isodow(timestamp) > 5 or hour(timestamp) not between 8 and 18"
    others = ", ".join(("team", "status", "cache_read_input_tokens"))
    change = {
        "office": [office],
        "few": [],
        "weekdays": ["delete from telemetry where isodow(timestamp) > 5"],
        "nine columns": [f"alter table telemetry drop {column}" for column in others.split(", ")],
    }[kind]
    per_hour = {"office": 18, "few": 6}.get(kind, 60)
    events, judged = found(traffic(seed, per_hour, *change))
    assert events == ()
    assert judged.judged_hours > 200


@pytest.mark.parametrize("what", HAPPENED)
def test_what_happens_is_found_once_with_its_name_its_cause_its_time_and_its_amount(
    what: str, traffic: Traffic
) -> None:
    happened = HAPPENED[what]
    ordinary, other = traffic(1), traffic(1, 60, happened.statement)
    ((event,), _) = found(other)
    assert (
        event.dimension,
        event.model or event.team or event.provider,
        event.cause,
        event.started_at,
        event.ended_at,
    ) == (
        happened.dimension,
        happened.name,
        happened.cause,
        happened.started_at,
        happened.ended_at,
    )
    added = spent(other, happened) - spent(ordinary, happened)
    if happened.cause == "new":
        added = spent(other, happened, "model = 'gpt-6'")
    assert float(event.excess_usd) == pytest.approx(added, rel=0.3)
    assert (
        event.excess_usd
        == event.cost_usd - event.usual_usd
        == sum((event.requests_usd, event.failures_usd, event.tokens_usd, event.models_usd, event.price_usd))
    )


def spent(db: Path, happened: Happened, where: str = "true") -> float:
    """Return what was spent while something happened."""
    with duckdb.connect(str(db), read_only=True) as con:
        span = between(str(happened.started_at), str(happened.ended_at))
        row = con.execute(f"select sum(cost_estimated) from telemetry where {span} and {where}").fetchone()
    assert row is not None
    return float(row[0])


def test_hours_that_are_not_recorded_are_not_unusual(traffic: Traffic) -> None:
    gap = f"delete from telemetry where {between('2026-10-06 12:00', '2026-10-08 12:00')}"
    events, judged = found(traffic(1, 60, gap))
    assert events == ()
    assert judged.hours == 35 * 24 - 48


def test_what_one_model_gains_and_another_loses_is_not_unusual(traffic: Traffic) -> None:
    moved = (
        "update telemetry set model = 'gpt-5.1', provider = 'openai' "
        f"where model = 'claude-sonnet-4-5' and hash(request_id) % 2 = 0 and {DAYS}"
    )
    assert found(traffic(1, 60, moved))[0] == ()


LATER = "timestamp >= timestamp '2026-09-21'"
THREEFOLD = "update telemetry set cost_estimated = 3 * cost_estimated where "
NEW_LEVELS = {
    "three times the price": (THREEFOLD + LATER, "total", "price"),
    "three times the requests": (again(LATER, 2), "total", "requests"),
    "a third of the requests": (
        f"delete from telemetry where hash(request_id) % 3 < 2 and {LATER}",
        "total",
        "requests",
    ),
    "three times the price of one team": (f"{THREEFOLD} team = 'platform' and {LATER}", "team", "price"),
}


@pytest.mark.parametrize("what", NEW_LEVELS)
def test_a_new_level_is_one_event_and_as_usual_as_the_old_one_two_weeks_later(what: str, traffic: Traffic) -> None:
    change, dimension, cause = NEW_LEVELS[what]
    hour = again(between("2026-10-07 15:00", "2026-10-07 16:00"), 40)
    of = facts_of(traffic(1, 60, change, hour))
    level, single = sorted(unusual(of), key=lambda event: event.started_at)
    assert (level.started_at, level.dimension, level.cause) == (datetime(2026, 9, 21), dimension, cause)
    assert 5 <= (level.ended_at - level.started_at).days <= 14
    assert (single.started_at, single.ended_at, single.cause) == (at(7, 15), at(7, 16), "requests")
    wide = {row.day: row.high_usd / row.usual_usd for row in of.rows(USUAL_SPEND) if row.high_usd and row.usual_usd}
    for day in range(14):  # against the week before the change, on the same weekday
        before = wide[date(2026, 9, 14 + day % 7)]
        assert wide[date(2026, 10, 5 + day)] == pytest.approx(before, rel=0.25 if "third" in what else 0.1)


def test_what_was_usual_on_a_day_does_not_depend_on_later_days(traffic: Traffic) -> None:
    db = traffic(1, 60, THREEFOLD + LATER)
    of = facts_of(db).rows(USUAL_SPEND)
    for day in (24, 28, 29, 30):  # before and after a week of the new level is known
        then = facts_of(db, PeriodAsk(since=ASK.since, until=date(2026, 9, day))).rows(USUAL_SPEND)
        assert then == of[: len(then)]


def test_without_five_weeks_of_history_nothing_is_judged(traffic: Traffic) -> None:
    short = "delete from telemetry where timestamp < timestamp '2026-09-17'"
    events, judged = found(traffic(1, 60, short))
    assert (events, judged.judged_hours, judged.first_judged_day) == ((), 0, None)


def test_the_same_data_are_the_same_events(traffic: Traffic) -> None:
    loop = HAPPENED["a runaway loop of one team at night"].statement
    otherwise = "create or replace table telemetry as from telemetry order by hash(request_id)"
    assert found(traffic(1, 60, loop)) == found(traffic(1, 60, loop, otherwise))
