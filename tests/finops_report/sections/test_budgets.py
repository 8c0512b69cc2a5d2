"""Budgets on the page: the gravest first, with what is missing beside what is used."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_report.calendar.budget_periods import PeriodUnit
from finops_report.model import Section
from finops_report.warehouse import Budget
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import section_alone, written

HOURS = 24 * 20  # of October 2026: a request an hour at a dollar


def of(amount: int, name: str, period: PeriodUnit = "month", **scope: Any) -> Budget:
    return replace(Budget(budget=name, amount=Decimal(amount), period=period, owner="Ada"), **scope)


def made(path: Path, *budgets: Budget, requests: int = HOURS, **columns: str) -> Section:
    return section_alone(written(path / "t.duckdb", requests, **columns), "budgets", *budgets)


def cells(section: Section) -> list[dict[str, str]]:
    titles = [column.title for column in section.table.columns]
    return [dict(zip(titles, row, strict=True)) for row in section.table.rows]


def test_it_stays_away_without_budgets(tmp_path: Path) -> None:
    views = {section.view for section in reported(written(tmp_path / "t.duckdb")).sections}
    assert not {"budgets", "budgets_within"} & views


def test_the_gravest_stands_first_and_the_finding_names_it(tmp_path: Path) -> None:
    section = made(tmp_path, of(10_000, "ample"), of(400, "low"), of(600, "tight"), of(9, "odd", team="x"))
    assert [(row["Budget"], row["State"]) for row in cells(section)] == [
        ("low", "breached"),
        ("tight", "at risk"),
        ("odd", "not known: nothing is recorded of its scope"),
        ("ample", "within"),
    ]
    assert section.finding == "4 budgets: 1 breached (low), 1 at risk (tight), 1 not known (odd), 1 within"


def test_a_row_says_what_is_used_and_when_it_is_not_enough(tmp_path: Path) -> None:
    low, tight = cells(made(tmp_path, of(600, "tight"), of(400, "low", provider="openai")))
    assert (low["For"], low["Owner"], low["Period"]) == ("provider openai", "Ada", "1–31 Oct 2026")
    assert (low["Budget (USD)"], low["Used (USD)"], low["Used"], low["Time passed"]) == (
        "$400.00", "$480.00", "120 %", "65 %",
    )  # fmt: skip
    assert (low["Breach"], tight["Breach"]) == ("17 Oct 2026", "26 Oct 2026 at this pace")
    assert (tight["For"], tight["At this pace (USD)"], tight["Before"]) == ("everything", "$744.00", "nothing recorded")


def test_all_is_well_only_if_all_is_recorded(tmp_path: Path) -> None:
    assert made(tmp_path, of(9000, "a")).finding == "a is kept so far"
    (tmp_path / "t.duckdb").unlink()
    half = made(tmp_path, of(9000, "a"), cost_estimated="case when i % 2 = 0 then 1.0 end")
    (row,) = cells(half)
    assert (row["State"], row["Missing"]) == ("not known: prices are missing", "240 requests without a price")
    (tmp_path / "t.duckdb").unlink()
    late = "timestamp '2026-10-11' + to_hours(i)"
    (row,) = cells(made(tmp_path, of(9000, "a"), timestamp=late, requests=240))
    assert (row["State"], row["Missing"]) == ("not known: hours are missing", "240 h not recorded")


def test_periods_before_are_kept_breached_or_not_known(tmp_path: Path) -> None:
    dear = "case when i between 24 and 47 then 9.0 else 1.0 end"
    (row,) = cells(made(tmp_path, of(30, "a", "day"), requests=24 * 4 + 12, cost_estimated=dear))
    assert row["Before"] == "kept in 3 of 4"


def test_a_bar_that_would_hide_the_others_is_cut_and_says_so(tmp_path: Path) -> None:
    (chart,) = made(tmp_path, of(1, "tiny"), of(9000, "ample")).charts
    bars, whole, time = chart.figure["data"]
    assert (bars["y"], bars["x"]) == (["tiny", "ample"], [250.0, 5.333])
    assert bars["text"][0] == "$480.00 of $1.00 · breached, cut"
    assert (whole["x"], time["x"]) == ([100.0, 100.0], [64.516, 64.516])


def test_what_no_budget_takes_in_is_a_part_of_the_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", HOURS, provider="(['openai', 'anthropic', 'google'])[1 + i % 3]")
    budgets = (of(900, "all"), of(200, "openai", provider="openai"), of(300, "m", "week", model="a"))
    section = section_alone(path, "budgets_within", *budgets)
    assert section.table.rows == (
        ("all", "openai", "$0.00", "0", "0"),
        ("all", "m", "$320.00", "320", "0"),
        ("all", "several budgets", "$160.00", "160", "0"),
        ("all", "no budget", "$0.00", "0", "0"),
    )
    assert section.finding == "All that is used of a budget lies in the budgets within it"
    uncovered = section_alone(path, "budgets_within", *budgets[:2])
    assert uncovered.finding == "$320.00 of all (67 %) lies in no budget within it"
    assert all(one.found == one.whole for one in uncovered.adds_up)
