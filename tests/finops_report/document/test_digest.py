"""What mail, archive and summary print of budgets, forecast, teams and months is what the page prints of them."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.document import Digest, digest_of
from finops_report.document.writing import report_json
from finops_report.model import Report
from finops_report.report import report
from finops_report.warehouse import Budget, ReadRequest, Waiting, read
from finops_report.wording.conventions import written_as
from finops_report.wording.currency import Currency
from finops_report.wording.locales import conventions_of
from tests.finops_report.conftest import NOW_US
from tests.finops_report.sections.conftest import section_of, written

HOURS = 70 * 24  # a request an hour at a dollar, from 10 August to the end of 18 October 2026
COLUMNS = {
    "timestamp": "timestamp '2026-08-10' + to_hours(i)",
    "team": "case i % 4 when 0 then 'search' when 1 then 'data' else null end",
    "project": "if(i % 8 = 0, 'ranking', null)",
    "cost_estimated": "if(i % 70 = 2, null, 1.0)",
}
BUDGETS = (
    Budget(budget="All", amount=Decimal(2000), period="month", owner="Ada"),
    replace(Budget(budget="Low", amount=Decimal(90), period="month", owner="Ada"), team="search"),
    replace(Budget(budget="Nobody's", amount=Decimal(9), period="month", owner="Ada"), team="x"),
)


def made(folder: Path, *budgets: Budget, locale: str = "en", month: str | None = None) -> Report:
    path = written(folder / "t.duckdb", HOURS, **COLUMNS)
    asked = ReadRequest(
        path, None, PeriodAsk(month=month), NOW_US, Waiting(0, lambda: 0.0, lambda _: None), budgets=budgets
    )
    with written_as(conventions_of(locale)):
        return report(read(asked), "t", Currency("EUR", Decimal("0.9"), "contract"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return made(tmp_path_factory.mktemp("page"), *BUDGETS)


@pytest.fixture
def document(page: Report) -> dict[str, Any]:
    return document_of(page)


def document_of(of: Report) -> dict[str, Any]:
    read_back: dict[str, Any] = json.loads(report_json(of))
    return read_back


def digest(document: dict[str, Any]) -> Digest:
    return digest_of(json.dumps(document).encode(), "report.json")


@pytest.mark.parametrize("locale", ["en-US", "de"])
def test_the_sentences_on_forecast_and_budgets_are_those_of_the_page(tmp_path: Path, locale: str) -> None:
    page = made(tmp_path, *BUDGETS, locale=locale)
    found = digest(document_of(page))
    assert found.forecast == section_of(page, "spend_forecast").finding
    assert "is expected to end at" in found.forecast
    assert found.budgets_in_all == section_of(page, "budgets").finding
    bar, company = page.headline.budget, found.company_budget
    assert bar is not None
    assert company is not None
    assert (company.name, company.used, company.so_far) == (bar.name, bar.used, bar.expected)
    assert (company.state, company.verdict) == (bar.state, bar.verdict)


def test_budgets_stand_with_the_gravest_first_and_count_for_the_verdict(document: dict[str, Any]) -> None:
    found = digest(document)
    assert [(one.name, one.state, one.is_alarming) for one in found.budgets] == [
        ("Low", "breached", True),
        ("Nobody's", "not known", False),
        ("All", "within", False),
    ]
    for answer in document["answers"]:
        answer["verdict"] = "good"
    assert digest(document).verdict == "bad"
    document["budgets"] = []
    assert digest(document).verdict == "good"


def test_a_month_that_is_over_has_no_forecast(tmp_path: Path) -> None:
    page = made(tmp_path, month="2026-09")
    assert page.ahead is not None
    assert not page.ahead.under_way
    assert digest(document_of(page)).forecast == ""


def test_months_are_those_of_the_page_newest_first(page: Report) -> None:
    table = section_of(page, "months").table
    change = [column.title for column in table.columns].index("Change")
    assert [(bar.name, bar.money, bar.change) for bar in digest(document_of(page)).trend] == [
        (row[0], row[1], row[change]) for row in reversed(table.rows)
    ]
    assert [bar.name for bar in digest(document_of(page)).trend] == [
        "1–18 Oct 2026, so far",
        "Sep 2026",
        "10–31 Aug 2026",
    ]


def test_a_month_alone_is_no_trend(document: dict[str, Any]) -> None:
    document["views"]["months"] = document["views"]["months"][-1:]
    assert digest(document).trend == ()


def test_a_month_of_which_nothing_is_recorded_did_not_cost_nothing(document: dict[str, Any]) -> None:
    document["views"]["months"][1] |= {"requests": None, "cost_usd": None, "first_day": None, "last_day": None}
    assert [bar.money for bar in digest(document).trend][1] == "not recorded"
    document["views"]["months"][1] |= {"requests": 5}
    assert [bar.money for bar in digest(document).trend][1] == "price unknown"


def test_teams_are_the_sums_of_their_projects_with_their_change(document: dict[str, Any]) -> None:
    rows = document["views"]["spend_by_team"]
    usd = {team: sum(row["cost_usd"] for row in rows if row["team"] == team) for team in ("search", "data")}
    assert sum(row["team"] == "search" for row in rows) == 2
    nobody, *teams = digest(document).teams
    assert nobody.name == "no team"
    euros = Currency("EUR", Decimal("0.9"))
    assert [(bar.name, bar.money) for bar in teams] == [
        (team, euros.money(cost)) for team, cost in sorted(usd.items(), key=lambda one: -one[1])
    ]
    search = [row for row in rows if row["team"] == "search"]
    for row in search:
        row |= {"old_cost_usd": 10.0, "new_cost_usd": 12.0}
    assert {bar.name: bar.change for bar in digest(document).teams}["search"] == "+20 %"
    for row in search:
        row["old_cost_usd"] = 0.0
    assert {bar.name: bar.change for bar in digest(document).teams}["search"] == "new"
    document["totals"]["cost_change"] = None
    assert {bar.change for bar in digest(document).teams} == {""}


def test_seven_teams_are_shown_and_of_more_the_last_are_one(document: dict[str, Any]) -> None:
    row = document["views"]["spend_by_team"][0]
    document["views"]["spend_by_team"] = [row | {"team": f"t{i}", "cost_usd": 10.0 - i, "share": 0.1} for i in range(7)]
    assert [bar.name for bar in digest(document).teams] == [f"t{i}" for i in range(7)]
    document["views"]["spend_by_team"].append(row | {"team": "t7", "cost_usd": None, "share": None})
    assert [bar.name for bar in digest(document).teams][-2:] == ["t5", "2 others"]
    assert digest(document).teams[-1].money == Currency("EUR", Decimal("0.9")).money(4)


def test_teams_stay_away_if_none_is_recorded(document: dict[str, Any]) -> None:
    rows = document["views"]["spend_by_team"]
    document["views"]["spend_by_team"] = [row for row in rows if row["team"] == "not attributed"]
    assert digest(document).teams == ()


def test_a_report_from_before_there_were_any_is_read(document: dict[str, Any]) -> None:
    del document["budgets"], document["forecast"], document["totals"]["cost_change"]
    for view in ("budgets", "months", "spend_by_team"):
        del document["views"][view]
    found = digest(document)
    assert (found.budgets, found.teams, found.trend) == ((), (), ())
    assert (found.forecast, found.budgets_in_all, found.change_in_short) == ("", "", "")
