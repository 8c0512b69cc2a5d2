"""What is used of budgets is what their rows cost, and the parts of a budget come to the whole, to the last digit."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_report.calendar.budget_periods import UNITS
from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import Budget, ReadRequest, Row, Waiting, open_cubes, read_budgets
from tests.conftest import NINE, call, write_table

NOW_US = 1_794_000_000_000_000
BEGIN = datetime(2026, 8, 20, tzinfo=UTC)
NO_WAIT = Waiting(0, lambda: 0.0, lambda _: None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `minute` counts from BEGIN."""

    minute: int
    team: str | None
    provider: str
    end_user: str | None
    tags: tuple[tuple[str, str], ...]
    cost_usd: Decimal | None


NAMES = st.sampled_from(["a", "b"])
ROWS = st.lists(
    st.builds(
        Asked,
        minute=st.integers(0, 70 * 24 * 60),
        team=NAMES | st.none(),
        provider=NAMES,
        end_user=NAMES | st.none(),
        tags=st.dictionaries(st.sampled_from(["k", "a/b~c", "$x", "é.'\""]), NAMES, max_size=2).map(
            lambda tags: tuple(tags.items())
        ),
        cost_usd=st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-9)) | st.none(),
    ),
    min_size=1,
    max_size=25,
)
MAYBE = NAMES | st.none()
BUDGETS = st.lists(
    st.builds(
        lambda tag, **others: Budget(budget="", tag_key=tag and tag[0], tag_value=tag and tag[1], **others),
        tag=st.none() | st.tuples(st.sampled_from(["k", "a/b~c", "$x", "é.'\""]), NAMES),
        amount=st.just(Decimal(1)),
        period=st.sampled_from(UNITS),
        team=MAYBE,
        provider=MAYBE,
        end_user=MAYBE,
    ),
    min_size=1,
    max_size=6,
)


@contextmanager
def database(rows: list[Asked]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute(f"create table t ({NINE}, team varchar, end_user varchar, tags json)")
            for number, row in enumerate(rows):
                cost = None if row.cost_usd is None else float(row.cost_usd)
                at_us = int(BEGIN.timestamp()) * 1_000_000 + row.minute * 60_000_000
                con.execute(
                    "insert into t values (make_timestamp(?), ?, 'cost-first', ?, 'm', 100, 10, ?, 1, ?, ?, ?)",
                    [at_us, f"r{number}", row.provider, cost, row.team, row.end_user, json.dumps(dict(row.tags))],
                )
        yield path


def asked(path: Path, budgets: tuple[Budget, ...], zone: str = "UTC") -> ReadRequest:
    return ReadRequest(path, None, PeriodAsk(timezone=zone), NOW_US, NO_WAIT, budgets=budgets)


def takes_in(budget: Budget, row: Asked) -> bool:
    return (
        budget.team in (None, row.team)
        and budget.provider in (None, row.provider)
        and budget.end_user in (None, row.end_user)
        and (budget.tag_key is None or (budget.tag_key, budget.tag_value) in row.tags)
    )


@settings(
    max_examples=60 if os.environ.get("FINOPS_SOAK") else 3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(ROWS, BUDGETS)
def test_soak_parts_and_what_no_budget_takes_in_come_to_the_whole(rows: list[Asked], found: list[Budget]) -> None:
    budgets = tuple(replace(one, budget=f"b{number}") for number, one in enumerate(found))
    with database(rows) as path, open_cubes(asked(path, budgets)) as opened:
        used, within = opened.rows("budgets"), opened.rows("budgets_within")
        for budget, row in zip(budgets, used, strict=True):
            assert row["budget"] == budget.budget
            mine = [one for one in rows if takes_in(budget, one) and _in_days(row, one)]
            assert row["requests"] == len(mine)
            assert (row["used_usd"] or 0) == sum((one.cost_usd or Decimal(0) for one in mine), Decimal(0))
            assert row["unpriced_requests"] == sum(one.cost_usd is None for one in mine)
            parts = [part for part in within if part["budget"] == budget.budget]
            if parts:
                for name, whole in (("requests", row["requests"]), ("unpriced_requests", row["unpriced_requests"])):
                    assert sum(part[name] for part in parts) == whole  # type: ignore[misc] # whole numbers
                assert sum((_usd(part["cost_usd"]) for part in parts), Decimal(0)) == _usd(row["used_usd"])


def _usd(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _in_days(row: Row, one: Asked) -> bool:
    day = datetime.fromtimestamp(BEGIN.timestamp() + one.minute * 60, UTC).date()
    first, last = row["first_day"], row["last_day"]
    assert isinstance(first, date)
    assert isinstance(last, date)
    return first <= day <= last


def daily(path: Path, *costs: float | None) -> Path:
    """A request a day from 1 October 2026 on, at noon."""
    rows = [
        call(timestamp=f"2026-10-{day:02} 12:00:00", request_id=f"r{day}", cost_estimated=cost)
        for day, cost in enumerate(costs, 1)
    ]
    return write_table(path, rows)


def one_of(path: Path, budget: Budget) -> Row:
    (row,) = read_budgets(asked(path, (budget,)))["budgets"]
    return row


def test_a_budget_is_breached_on_the_day_on_which_more_than_its_amount_is_used(tmp_path: Path) -> None:
    path = daily(tmp_path / "t.duckdb", 0.1, 0.2, 0.0, 0.1)
    exact = one_of(path, Budget(budget="b", amount=Decimal("0.4"), period="month"))
    assert (exact["used_share"], exact["breached_on"]) == (1.0, None)
    assert one_of(path, Budget(budget="b", amount=Decimal("0.39"), period="month"))["breached_on"] == date(2026, 10, 4)
    assert one_of(path, Budget(budget="b", amount=Decimal("0.3"), period="month"))["breached_on"] == date(2026, 10, 4)
    assert one_of(path, Budget(budget="b", amount=Decimal("0.29"), period="month"))["breached_on"] == date(2026, 10, 2)


def test_time_passes_up_to_the_hour_of_the_last_row_and_the_pace_says_when_it_is_breached(tmp_path: Path) -> None:
    path = daily(tmp_path / "t.duckdb", *[1.0] * 10)
    row = one_of(path, Budget(budget="b", amount=Decimal(20), period="month"))
    passed = (9 * 24 + 13) / (31 * 24)
    assert row["passed_share"] == pytest.approx(passed)
    assert row["pace"] == pytest.approx(0.5 / passed)
    assert row["at_pace_usd"] == pytest.approx(10 / passed)
    assert row["breach_expected_on"] == date(2026, 10, 1 + int(31 / (0.5 / passed)))
    assert row["missing_hours"] == 12  # before the first row


def test_an_amount_is_held_against_spend_in_its_own_currency(tmp_path: Path) -> None:
    path = daily(tmp_path / "t.duckdb", 1.0, 1.0)
    budget = Budget(budget="b", amount=Decimal(1), period="month", currency="EUR", rate=Decimal("0.5"))
    row = one_of(path, budget)
    assert (row["used_usd"], row["used_share"], row["amount"], row["breached_on"]) == (2, 1.0, 1, None)


@pytest.mark.parametrize("scope", [{"team": "a"}, {"end_user": "a"}, {"tag_key": "k", "tag_value": "v"}])
def test_nine_columns_know_no_scope_but_provider_and_model(tmp_path: Path, scope: dict[str, Any]) -> None:
    path = daily(tmp_path / "t.duckdb", 1.0)
    row = one_of(path, replace(Budget(budget="b", amount=Decimal(1), period="month"), **scope))
    assert (row["is_scope_recorded"], row["requests"], row["used_usd"]) == (False, 0, 0)
    assert one_of(path, Budget(budget="b", amount=Decimal(1), period="month", provider="openai"))["is_scope_recorded"]


def test_what_has_no_price_is_counted_and_not_used(tmp_path: Path) -> None:
    path = daily(tmp_path / "t.duckdb", None, None)
    row = one_of(path, Budget(budget="b", amount=Decimal(1), period="month"))
    assert (row["used_usd"], row["used_share"], row["pace"], row["unpriced_requests"]) == (None, None, None, 2)


def test_a_budget_lies_directly_within_the_narrowest_that_holds_it(tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.duckdb", [call()])
    budgets = tuple(
        Budget(budget=name, amount=Decimal(1), period=period, **scope)  # type: ignore[arg-type] # scopes are texts
        for name, period, scope in (
            ("year", "year", {}),
            ("month", "month", {}),
            ("team", "month", {"team": "a"}),
            ("project", "week", {"team": "a", "project": "x"}),
            ("twin", "month", {"team": "a"}),
            ("quarter", "quarter", {"provider": "openai"}),
        )
    )
    with open_cubes(asked(path, budgets)) as opened:
        nesting = opened.con.execute("select outer_number, number from budget_nesting order by all").fetchall()
    assert nesting == [(0, 1), (0, 5), (1, 2), (1, 4), (2, 3), (4, 3)]
