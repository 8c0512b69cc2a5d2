"""The cost of failure: time and money that failed attempts and dearer fallbacks took."""

from __future__ import annotations

import pytest

from finops_report.sections.unseen import ATTEMPTS_NOT_RECORDED
from tests.finops_report.sections.conftest import FAILING, FINE, Make

VIEW = "attempts_by_provider"


def test_failed_attempts_and_dearer_fallbacks_are_counted(made: Make) -> None:
    section = made(VIEW, attempts=FAILING)
    assert section.finding == (
        "Fallbacks cost $12.00 above the first choice; "
        "failed attempts took 6 min of waiting and were not billed, as far as is recorded"
    )
    assert section.table.rows == (
        ("OpenAI", "6", "6", "100 %", "6 min", "$0.00", "0"),
        ("Google", "6", "0", "0 %", "0 ms", "$0.00", "0"),
    )
    assert section.table.total == ("Total", "12", "6", "", "6 min", "$0.00", "0")


def test_what_providers_billed_for_failures_is_named(made: Make) -> None:
    section = made(VIEW, attempts=FAILING.replace("if(a = 2, 3.0, 0.0)", "0.5"))
    assert section.finding == (
        "Failed attempts took 6 min of waiting and cost $3.00; fallbacks cost $3.00 below the first choice"
    )


def test_a_time_that_nobody_recorded_is_not_none(made: Make) -> None:
    section = made(VIEW, attempts=FAILING.replace("60000.0", "null::double"))
    assert "; failed attempts took a time that is not recorded and" in section.finding


@pytest.mark.parametrize(
    ("attempts", "finding", "empty"),
    [
        (FINE, "No attempt on record failed", ""),
        ("", "Failures at providers cannot be seen", ATTEMPTS_NOT_RECORDED),
    ],
)
def test_no_failures_and_no_attempts_are_two_things(made: Make, attempts: str, finding: str, empty: str) -> None:
    section = made(VIEW, attempts=attempts)
    assert (section.finding, section.empty) == (finding, empty)


def test_a_provider_that_was_only_skipped_has_no_failure_rate(made: Make) -> None:
    skipped = FAILING.replace("if(a = 1, 'error', 'ok')", "if(a = 1, 'skipped', 'ok')")
    rows = {row[0]: row for row in made(VIEW, attempts=skipped).table.rows}
    assert rows["OpenAI"][1:4] == ("0", "0", "not recorded")


def test_what_failed_attempts_used_at_a_cost_that_nobody_knows_stands_beside_the_amount(made: Make) -> None:
    """Four of six failed attempts used something; one of these has a cost, and two were turned away unread."""
    used = FAILING.replace(
        "if(a = 2, 3.0, 0.0) as cost_estimated",
        "if(a = 2, 3.0, if(i = 0, 0.5, null)) as cost_estimated, if(i < 4, 'estimated', null) as usage_source",
    )
    section = made(VIEW, attempts=used)
    assert section.finding == (
        "Fallbacks cost $12.00 above the first choice; failed attempts took 6 min of waiting and cost $0.50; what 3 "
        "failed attempts cost is unknown"
    )
    assert section.table.columns[-1].title == "Failed at unknown cost"
    assert [row[-2:] for row in section.table.rows] == [("$0.50", "3"), ("$0.00", "0")]
    assert section.table.total[-2:] == ("$0.50", "3")
