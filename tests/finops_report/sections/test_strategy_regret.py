"""Regret: what a strategy that promises low cost spent above the cheapest model."""

from __future__ import annotations

import pytest

from tests.finops_report.sections.conftest import Make

VIEW = "strategy_regret"
CHEAP_AND_DEAR = {"model": "if(i % 2 = 0, 'a', 'b')", "requests": 80}


def test_a_strategy_that_promises_low_cost_is_held_to_it(made: Make) -> None:
    section = made(VIEW, strategy="'cost-first'", cost_estimated="if(i % 2 = 0, 1.0, 2.0)", **CHEAP_AND_DEAR)
    assert section.finding.startswith("cost-first spent 33 % (±")
    assert section.finding.endswith("more than the cheapest models seen on the same work would have")
    assert section.table.rows[0][:4] == ("cost-first", "80", "$120.00", "$40.00")


def test_a_difference_within_its_interval_is_none(made: Make) -> None:
    section = made(VIEW, strategy="'cost-first'", cost_estimated="1.0 + hash(i) % 100", **CHEAP_AND_DEAR)
    assert section.finding == (
        "cost-first spent no more than the cheapest models seen on the same work, as far as can be told"
    )


@pytest.mark.parametrize("strategy", ["'fixed'", "'performance-first'"])
def test_a_strategy_without_that_promise_is_not(made: Make, strategy: str) -> None:
    section = made(VIEW, strategy=strategy, cost_estimated="if(i % 2 = 0, 1.0, 2.0)", **CHEAP_AND_DEAR)
    assert section.finding == "What each strategy left on the table"
    assert section.table.rows[0][3] == "$40.00"


def test_without_prices_only_time_is_compared(made: Make) -> None:
    (row,) = made(VIEW, strategy="'cost-first'", cost_estimated="null::double", **CHEAP_AND_DEAR).table.rows
    assert row[2:6] == ("price unknown", "price unknown", "", "0 ms")


def test_too_few_requests_are_not_compared(made: Make) -> None:
    section = made(VIEW, requests=10)
    assert (section.table.rows, section.empty) == ((), "Too few requests of equal group and size to compare.")
