"""Savings: each way in money, none of it counted twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.model import Section
from finops_report.report import report
from finops_report.sections.savings import ALL_URGENT, NOTHING
from finops_report.warehouse import LaterTier, NotUrgent, ReadRequest, Waiting, read
from tests.finops_report.conftest import NOW_US
from tests.finops_report.sections.conftest import Make, chart_of, section_of, written

VIEW = "savings"
NO_WAIT = Waiting(0, lambda: 0.0, lambda _: None)
GROUPS = {"model": "if(i % 2 = 0, 'a', 'b')", "cost_estimated": "if(i % 2 = 0, 3.0, 1.0)"}


def actions(section: Section) -> list[tuple[str, str, str]]:
    """What would save, the amount, and what of it is in the total."""
    return [(row[0], row[4], row[6]) for row in section.table.rows]


def test_work_that_another_model_did_for_less_could_have_been_moved(made: Make) -> None:
    section = made(VIEW, requests=80, **GROUPS)
    assert actions(section) == [("Move work from a to b", "$80.00", "$80.00")]
    assert section.finding == "Up to $80.00 could be saved, 50 % of all spend; $80.00 of it: move work from a to b"


def test_a_model_that_did_it_less_than_twenty_times_is_no_example(made: Make) -> None:
    section = made(VIEW, requests=38, **GROUPS)
    assert (section.finding, section.empty) == ("Nothing to save was found", NOTHING)


def test_what_is_as_likely_to_be_chance_is_none(made: Make) -> None:
    # The cheaper model's mean is 1.1 with a standard error of 0.1: for 40 requests, 6 saved and an interval of 7.8.
    cost = "if(i % 2 = 0, 1.25, if(i = 1, 5.0, 1.0))"
    assert made(VIEW, requests=80, model=GROUPS["model"], cost_estimated=cost).empty == NOTHING


def test_ways_to_save_on_the_same_answers_count_once(made: Make) -> None:
    # Ten of forty answers of a are sixteen times as long as usual, and b would have been cheaper for all of a's work.
    section = made(VIEW, requests=80, output_tokens="if(i % 8 = 0, 1600, 100)", **GROUPS)
    assert [action for action, _, _ in actions(section)] == ["Move work from a to b", "Limit long answers of a"]
    assert [counted for _, _, counted in actions(section)] == ["$60.00", ""]
    assert section.table.total[-2] == "$60.00"


def test_failed_requests_that_cost_money_count_beside_everything_else(made: Make) -> None:
    section = made(VIEW, requests=80, status="if(i % 8 = 0, 'error', 'ok')", **GROUPS)
    assert actions(section) == [
        ("Move work from a to b", "$60.00", "$60.00"),
        ("Pay less for failed requests to a", "$30.00", "$30.00"),
    ]
    assert section.table.total[-2] == "$90.00"


CACHED = {
    "team": "if(i < 150, 'search', 'legal')",
    "input_tokens": "1000",
    "cache_read_input_tokens": "if(i < 150, 800, 200)",
    "cache_savings_estimated": "if(i < 150, 0.008, 0.002)",
}


def test_a_team_that_caches_less_than_the_best_could_cache_as_much(made: Make) -> None:
    section = made(VIEW, requests=300, **CACHED)
    # 150 requests of 1,000 tokens, 600 of each not cached, at 0.00001 USD.
    assert actions(section) == [("Cache as much input of a as the best team", "$0.90", "$0.90")]


def test_a_team_with_few_requests_is_no_example_of_caching(made: Make) -> None:
    assert made(VIEW, requests=300, **CACHED | {"team": "if(i < 99, 'search', 'legal')"}).empty == NOTHING


@pytest.mark.parametrize("team", ["'search'", "null::varchar"])
def test_who_spends_most_on_the_model_stands_beside_it(made: Make, team: str) -> None:
    section = made(VIEW, requests=80, team=team, **GROUPS)
    assert section.table.rows[0][1] == ("search" if "search" in team else "no team")


HALF = NotUrgent(
    (("urgency", "batch"),), lambda served, _mean, _at: LaterTier("batch", 0.5) if served.model == "a" else None
)
WAITING = {"tags": '\'{"urgency": "batch"}\'::json'}


def waiting(path: Path, **columns: str) -> Section:
    """Make the section of requests that are not urgent; batches of the model a cost half, those of b have no price."""
    request = ReadRequest(
        written(path / "t.duckdb", 80, **WAITING | columns), None, PeriodAsk(), NOW_US, NO_WAIT, not_urgent=HALF
    )
    return section_of(report(read(request), "t"), VIEW)


def test_work_that_is_not_urgent_could_be_sent_in_batches(tmp_path: Path) -> None:
    section = waiting(tmp_path)
    assert actions(section) == [("Send work for a that is not urgent in batches", "$40.00", "$40.00")]
    assert section.table.rows[0][-1] == "time: up to a day"
    assert "batch" not in section.how_to_read


def test_work_without_the_tag_is_urgent_and_the_page_says_so(tmp_path: Path) -> None:
    section = waiting(tmp_path, tags='\'{"urgency": "now"}\'::json')
    assert (actions(section), section.how_to_read.endswith(ALL_URGENT)) == ([], True)


@pytest.mark.parametrize("column", [{"status": "'error'"}, {"other_units": "'{\"pages\": 2}'::json"}])
def test_what_failed_or_used_something_else_is_not_compared(tmp_path: Path, column: dict[str, str]) -> None:
    kinds = {action for action, _, _ in actions(waiting(tmp_path, **column))}
    assert not any("batches" in action for action in kinds)


def test_a_model_without_a_price_for_batches_is_named(tmp_path: Path) -> None:
    section = waiting(tmp_path, model="if(i % 4 = 0, 'b', 'a')")
    assert section.how_to_read.endswith(
        "Of work that is not urgent, 20 requests for $20.00 are not compared with batch and flex tiers, whose price is "
        "not known: b."
    )


def test_a_batch_and_a_cheaper_model_save_the_same_money(tmp_path: Path) -> None:
    section = waiting(tmp_path, **GROUPS)
    # 40 requests of a cost 3 each: b would have saved 2 of each, batches half.
    assert actions(section) == [
        ("Move work from a to b", "$80.00", "$80.00"),
        ("Send work for a that is not urgent in batches", "$60.00", ""),
    ]
    assert section.table.total[-2] == "$80.00"


def test_equal_beginnings_are_not_recorded_and_the_page_says_so(made: Make) -> None:
    assert "Which requests begin alike is not recorded" in made(VIEW, requests=80).how_to_read


def test_a_model_of_several_providers_has_a_bar_for_each(made: Make) -> None:
    long = "if(i % 8 < 2, 1600 + i % 2 * 100, 100)"
    section = made(VIEW, requests=160, provider="if(i % 2 = 0, 'openai', 'azure')", model="'a'", output_tokens=long)
    names: list[str] = list(chart_of(section, "savings").figure["data"][0]["y"])
    assert sorted(names)[-2:] == ["long answers: a (azure)", "long answers: a (openai)"]
    assert all("(" in name for name in names)  # also of moving it to the other provider
    said = [row[0] for row in section.table.rows]
    assert [one for one in said if one.startswith("Move")] == ["Move work from a at openai to a at azure"]
