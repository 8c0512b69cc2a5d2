"""Spend: what it came to, how it moved, and how that is judged."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from finops_report.analysis.rules import RULES
from finops_report.analysis.totals import facts
from finops_report.answers.order import answers
from finops_report.model import Answer
from finops_report.warehouse import Budget
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS
from tests.conftest import NINE
from tests.finops_report.answers.conftest import Asked, traffic
from tests.finops_report.conftest import answers_of


@pytest.mark.parametrize(
    ("cost", "verdict"),
    [
        ("0.01", "good"),
        ("case when i < 1000 then 0.01 else 0.012 end", "watch"),
        ("case when i < 1000 then 0.01 else 0.02 end", "bad"),
        ("case when i % 50 <> 0 then 0.01 end", "watch"),
        ("case when i % 10 <> 0 then 0.01 end", "bad"),
        ("null", "not enough data"),
    ],
)
def test_spend_is_judged_by_its_rise_and_by_what_has_no_price(ask: Asked, cost: str, verdict: str) -> None:
    assert ask(traffic(cost=cost))["spend"].verdict == verdict


def test_nothing_recorded_is_not_judged(ask: Asked) -> None:
    spend = ask()["spend"]
    assert (spend.answer, spend.brief) == ("Nothing was recorded in this period.", "nothing recorded")
    assert spend.verdict == "not enough data"


def test_a_total_without_anything_earlier_is_not_judged(ask: Asked) -> None:
    spend = ask(traffic(requests=100))["spend"]
    assert (spend.answer, spend.brief) == ("$1.00 for 100 requests.", "nothing to compare")
    assert spend.verdict == "not enough data"


def test_a_change_names_both_sides_and_the_requests_behind_it(ask: Asked) -> None:
    spend = ask(traffic(cost="case when i < 1000 then 0.01 else 0.008 end"))["spend"]
    assert spend.answer == (
        "$18.00 for 2,000 requests. The last 5 days cost 20 % less than the 5 days before ($10.00), with equally many "
        "requests."
    )
    assert (spend.brief, spend.verdict) == ("20 % less", "good")


def test_requests_without_a_price_are_counted_beside_the_total(ask: Asked) -> None:
    spend = ask(traffic(cost="case when i % 10 <> 0 then 0.01 end"))["spend"]
    assert spend.answer.startswith("$18.00 for 2,000 requests.")
    assert spend.answer.endswith("200 requests (10 %) without a known price are not in it.")
    assert spend.brief == "as before"


def test_a_rise_with_equally_more_requests_is_watched(ask: Asked) -> None:
    spend = ask(f"{traffic()} where i >= 1000 or i % 2 = 0")["spend"]
    assert "cost 100 % more than the 5 days before ($5.00), with 100 % more requests." in spend.answer
    assert (spend.brief, spend.verdict) == ("100 % more", "watch")


def test_a_rise_per_request_that_fewer_requests_hide_is_named(ask: Asked) -> None:
    rows = f"select * from ({traffic('0.01 * if(i < 1000, 1.0, 1.4)')}) where i < 1000 or i % 10 < 7"
    spend = ask(rows.replace("select timestamp", "select i, timestamp", 1).replace("select *", "select * exclude i"))[
        "spend"
    ]
    assert (
        "cost 2 % less than the 5 days before ($10.00), with 30 % fewer requests. Per request that is 40 % more."
        in spend.answer
    )
    assert (spend.brief, spend.verdict) == ("40 % more per request", "bad")


def asked_within(path: Path, *budgets: Budget, cost: str = "0.01") -> Answer:
    """Answer over ten days of October 2026, $20 of spend; its budgets are given."""
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table telemetry ({NINE})")
        con.execute(f"insert into telemetry {traffic(cost)}")
    found = facts(answers_of(path, *budgets), US_DOLLARS)
    return next(answer for answer in answers(found) if answer.key == "spend")


@pytest.mark.parametrize(
    ("amount", "verdict", "sentence"),
    [
        (100, "good", "$20.00 of $100.00 (20 %) is used, and 32 % of 1–31 Oct 2026 has passed."),
        (
            50,
            "watch",
            "(40 %) is used, and 32 % of 1–31 Oct 2026 has passed; at this pace it will be breached on 26 Oct",
        ),
        (10, "bad", "$20.00 of $10.00 (200 %) is used: it was breached on 6 Oct 2026; 32 % of 1–31 Oct 2026 has"),
    ],
)
def test_the_companys_budget_is_the_measure_if_there_is_one(
    tmp_path: Path, amount: int, verdict: str, sentence: str
) -> None:
    team = Budget(budget="team", amount=Decimal("0.001"), period="month", provider="p0")
    answer = asked_within(tmp_path / "t.duckdb", team, Budget(budget="all", amount=Decimal(amount), period="month"))
    assert answer.verdict == verdict
    assert sentence in answer.answer
    assert answer.rule == f"By the budget 'all'. {RULES.budgets.text}"
    assert answer.brief == f"{formats.percent(20 / amount)} of budget"


def test_a_budget_of_which_too_much_is_missing_judges_nothing(tmp_path: Path) -> None:
    budget = Budget(budget="all", amount=Decimal(1000), period="year")
    answer = asked_within(tmp_path / "t.duckdb", budget)
    assert "The budget 'all' for 1 Jan – 31 Dec 2026 cannot be judged: hours are missing." in answer.answer
    assert answer.rule == RULES.spend.text
    assert answer.verdict == "good"


def test_of_several_budgets_the_one_that_stands_worst_is_the_measure(tmp_path: Path) -> None:
    ample, low = (Budget(budget=name, amount=Decimal(n), period="month") for name, n in (("ample", 900), ("low", 9)))
    assert "Of the budget 'low'" in asked_within(tmp_path / "t.duckdb", ample, low).answer
