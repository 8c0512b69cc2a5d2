"""Fallbacks: what another model than the first choice cost more, or less."""

from __future__ import annotations

import pytest

from finops_report.sections.unseen import ATTEMPTS_NOT_RECORDED, SOME_NOT_RECORDED
from tests.finops_report.sections.conftest import FAILING, FINE, ONE, Make

VIEW = "fallbacks_paid"


@pytest.mark.parametrize(
    ("cost", "more", "cell"),
    [
        ("3.0", "for $12.00 more", "$12.00"),
        ("0.5", "for $3.00 less", "−$3.00"),
        ("1.0", "at the same price", "$0.00"),
    ],
)
def test_fallbacks_are_held_against_the_price_of_the_first_choice(made: Make, cost: str, more: str, cell: str) -> None:
    section = made(VIEW, attempts=FAILING.replace("if(a = 2, 3.0, 0.0)", cost))
    assert section.finding == f"6 requests went to another model than the first choice, {more}"
    assert section.table.rows == (("a", "b", "Google", "6", cell, "0"),)


def test_a_first_choice_without_a_price_cannot_be_compared(made: Make) -> None:
    section = made(VIEW, attempts=FAILING, cost_estimated="null::double")
    assert section.table.rows[0][-2:] == ("price unknown", "6")
    assert section.finding == (
        "6 requests went to another model than the first choice; what that cost above it is unknown"
    )


def test_fallbacks_without_a_price_stand_beside_the_amount(made: Make) -> None:
    section = made(VIEW, attempts=FAILING.replace("if(a = 2, 3.0, 0.0)", "if(i < 2, null, 3.0)"))
    assert section.finding.endswith("for $8.00 more; of 2 it is unknown")
    assert section.table.rows[0][-2:] == ("$8.00", "2")


@pytest.mark.parametrize(
    ("attempts", "finding", "empty"),
    [
        (FINE, "No request was answered by a fallback", "Every answer came from the model first chosen."),
        ("", "Fallbacks cannot be seen", ATTEMPTS_NOT_RECORDED),
        (ONE, "Fallbacks cannot be seen", SOME_NOT_RECORDED),
    ],
)
def test_no_fallback_and_no_attempts_are_two_things(made: Make, attempts: str, finding: str, empty: str) -> None:
    section = made(VIEW, attempts=attempts)
    assert (section.finding, section.empty) == (finding, empty)
