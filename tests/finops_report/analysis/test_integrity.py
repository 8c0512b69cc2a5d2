"""A report whose parts do not add up is never printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from finops_report.analysis.integrity import check, sum_of_steps
from finops_report.errors import DatabaseError
from finops_report.report import report
from finops_report.warehouse import ViewRows
from finops_report.warehouse.views import Cell
from tests.finops_report.conftest import answers_of

LEAST = Decimal("0.000000000001")


def changed(answers: ViewRows, view: str, column: str, change: Callable[[Cell], Cell]) -> ViewRows:
    """Return the same rows but for one value of the first row of `view`."""
    first, *others = answers.views[view]
    return replace(answers, views={**answers.views, view: [{**first, column: change(first[column])}, *others]})


def more(value: Cell) -> Cell:
    """Return the least there is above `value`."""
    return value + LEAST if isinstance(value, Decimal) else int(str(value)) + 1


def test_parts_that_add_up_pass_and_every_division_of_spend_is_among_them(month: Path) -> None:
    made = report(answers_of(month), "t")
    assert {total.view for section in made.sections for total in section.adds_up} == {
        "total_spend",
        "spend_over_time",
        "spend_by_provider",
        "spend_by_model",
        "spend_by_team",
        "requests_by_strategy",
        "change_explained",
    }


def test_the_smallest_difference_is_refused_wherever_it_is(month: Path) -> None:
    answers = answers_of(month)
    for total in [total for section in report(answers, "t").sections for total in section.adds_up]:
        with pytest.raises(DatabaseError, match=f"{total.figure} of {total.view}"):
            report(changed(answers, total.view, total.figure, more), "t")


def test_the_last_of_more_digits_than_python_usually_keeps_counts() -> None:
    large = Decimal("12345678901234567890123456.123456789012")
    check([sum_of_steps("v", "amount_usd", (large, LEAST), Decimal("12345678901234567890123456.123456789013"))])
    with pytest.raises(DatabaseError, match=r"amount_usd of v is 12345678901234567890123456\.123456789013"):
        check([sum_of_steps("v", "amount_usd", (large, LEAST), large)])
