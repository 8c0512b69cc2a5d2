"""Failovers: who was left most, who took over, what ended with an answer."""

from __future__ import annotations

import pytest

from finops_report.sections.unseen import ATTEMPTS_NOT_RECORDED, SOME_NOT_RECORDED
from tests.finops_report.sections.conftest import FAILING, FINE, ONE, Make, chart_of

VIEW = "failover_events"
# Ten providers, each left for the next; p9 is left twice as often as any other.
RING = """
select
    timestamp '2026-10-01' + to_minutes(r) as timestamp, 'r' || r as request_id, a as attempt,
    'p' || (r + a - 1) % 10 as provider, 'm' as model,
    if(a = 1 or r = 19, 'error', 'ok') as outcome, 'timeout' as error_type
from (select unnest(list_append(range(10), 19)) as r) requests, range(1, 3) s (a)
"""


def test_the_provider_left_most_is_named(made: Make) -> None:
    section = made(VIEW, attempts=RING)
    assert section.finding == "11 failovers, 18 % of them away from p9; 10 of 11 recovered"
    assert section.table.rows[0] == ("p9", "p0", "timeout", "2", "1")
    assert section.table.total == ("Total", "", "", "11", "10")


def test_the_matrix_has_the_busiest_at_both_ends_and_the_finding_names_its_first_row(made: Make) -> None:
    section = made(VIEW, attempts=RING)
    columns = chart_of(section, "failover_matrix").figure["data"]
    assert columns[0]["y"] == ["p9", "p0", "p1", "p2", "p3", "p4", "p5", "p6"]
    assert [column["name"] for column in columns] == ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"]
    assert [column["text"][0] for column in columns] == ["2", "", "", "", "", "", "", ""]
    assert [column["x"][0] is None for column in columns] == [False] + [True] * 7


def test_columns_over_time_name_who_was_left(made: Make) -> None:
    section = made(VIEW, attempts=FAILING)
    assert section.finding == "6 failovers, 100 % of them away from OpenAI; all recovered"
    (trace,) = chart_of(section, "failovers_over_time").figure["data"]
    assert (trace["name"], trace["x"], trace["y"]) == ("from OpenAI", ["2026-10-01", "2026-10-02"], [6, 0])
    assert trace["text"] == ["6", ""]


@pytest.mark.parametrize(
    ("attempts", "finding", "empty"),
    [
        (FINE, "No failovers in this period", "Every request was answered by the first provider it was sent to."),
        ("", "Failovers cannot be seen", ATTEMPTS_NOT_RECORDED),
        (ONE, "Failovers cannot be seen", SOME_NOT_RECORDED),
    ],
)
def test_no_failovers_and_no_attempts_are_two_things(made: Make, attempts: str, finding: str, empty: str) -> None:
    section = made(VIEW, attempts=attempts)
    assert (section.finding, section.empty, section.charts) == (finding, empty, ())
