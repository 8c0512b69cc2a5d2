"""Regret: what each strategy spent above the cheapest model, the largest sum first."""

from __future__ import annotations

import pytest

from tests.finops_report.sections.conftest import Make

VIEW = "strategy_regret"
CHEAP_AND_DEAR = {"model": "if(i % 2 = 0, 'a', 'b')", "requests": 80}


def test_what_a_strategy_spent_above_the_cheapest_is_named(made: Make) -> None:
    section = made(VIEW, strategy="'cost-first'", cost_estimated="if(i % 2 = 0, 1.0, 2.0)", **CHEAP_AND_DEAR)
    assert section.finding == (
        "cost-first spent $40.00 above the cheapest models seen on the same work, 33 % of all spend"
    )
    assert section.table.rows[0][:4] == ("cost-first", "80", "$120.00", "$40.00")


def test_a_difference_within_its_interval_is_none(made: Make) -> None:
    section = made(VIEW, strategy="'cost-first'", cost_estimated="1.0 + hash(i) % 100", **CHEAP_AND_DEAR)
    assert section.finding == (
        "No strategy spent more than the cheapest models seen on the same work, as far as can be told"
    )


@pytest.mark.parametrize("other", ["fixed", "performance-first"])
def test_the_largest_money_leads_whatever_the_strategy_promises(made: Make, other: str) -> None:
    section = made(
        VIEW,
        strategy=f"if(i % 2 = 0, 'cost-first', '{other}')",
        cost_estimated="if(i % 2 = 0, 1.0, 2.0)",
        **CHEAP_AND_DEAR,
    )
    assert section.finding == (
        f"{other} spent $40.00 above the cheapest models seen on the same work, 33 % of all spend; "
        "cost-first spent no more, as far as can be told"
    )


def test_requests_that_cannot_be_compared_are_counted(made: Make) -> None:
    section = made(VIEW, input_tokens="if(i < 10, 100, 100000)", requests=100)
    assert "90 of 100 requests could be compared" in section.how_to_read


def test_without_prices_only_time_is_compared(made: Make) -> None:
    (row,) = made(VIEW, strategy="'cost-first'", cost_estimated="null::double", **CHEAP_AND_DEAR).table.rows
    assert row[2:6] == ("price unknown", "price unknown", "", "0 ms")


def test_too_few_requests_are_not_compared(made: Make) -> None:
    section = made(VIEW, requests=10)
    assert (section.table.rows, section.empty) == ((), "Too few requests of equal group and size to compare.")
