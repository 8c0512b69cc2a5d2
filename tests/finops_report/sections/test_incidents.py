"""Incidents: what they cost, a line a provider with their number."""

from __future__ import annotations

import pytest

from finops_report.sections.unseen import ATTEMPTS_NOT_RECORDED, SOME_NOT_RECORDED
from tests.finops_report.sections.conftest import FINE, ONE, Make, chart_of

VIEW = "incidents"
# Twenty attempts an hour; openai fails in the hours 3 and 9, google in the hour 11.
TROUBLE = """
select
    timestamp '2026-10-02' + to_seconds(h * 3600 + i * 60) as timestamp, 'r' || h || '-' || i as request_id,
    1 as attempt, if(h = 11, 'google', 'openai') as provider, 'a' as model,
    if(h in (3, 9, 11), 'timeout', 'ok') as outcome, 'timeout' as error_type, 60000.0 as latency_ms
from range(12) h (h), range(20) i (i)
"""
MONTH = {"requests": 2, "timestamp": "timestamp '2026-10-01' + to_days(29 * i)"}


def test_the_finding_adds_up_what_the_table_lists(made: Make) -> None:
    section = made(VIEW, attempts=TROUBLE, **MONTH)
    assert section.finding == (
        "3 incidents, 3 hours in all: 1 h lost to failed attempts, $0.00 for failures and fallbacks"
    )
    assert section.table.rows[0] == (
        *("OpenAI", "2 Oct 2026, 03:00", "2 Oct 2026, 04:00"),
        *("1", "20", "0", "20 min", "$0.00", "0"),
    )


def test_incidents_that_lie_over_each_other_are_counted_behind_the_provider(made: Make) -> None:
    figure = chart_of(made(VIEW, attempts=TROUBLE, **MONTH), "incident_timeline").figure
    assert figure["layout"]["yaxis"]["categoryarray"] == ["Google", "OpenAI ×2"]
    assert [series["y"][0] for series in figure["data"]] == ["Google", "OpenAI ×2", "OpenAI ×2"]
    assert figure["layout"]["xaxis"]["range"] == ["2026-10-01", "2026-10-31"]
    assert figure["data"][0]["text"][0] == (
        "2 Oct 2026, 11:00, 1 hour: 20 failed, 0 sent elsewhere, 20 min lost, $0.00"
    )


@pytest.mark.parametrize(
    ("attempts", "finding", "empty"),
    [
        (FINE, "No incident was seen", "No hour had enough failures."),
        ("", "Incidents cannot be seen", ATTEMPTS_NOT_RECORDED),
        (ONE, "Incidents cannot be seen", SOME_NOT_RECORDED),
    ],
)
def test_no_incident_and_no_attempts_are_two_things(made: Make, attempts: str, finding: str, empty: str) -> None:
    section = made(VIEW, attempts=attempts)
    assert (section.finding, section.empty, section.charts) == (finding, empty, ())


def test_failures_at_unknown_cost_stand_beside_the_amount(made: Make) -> None:
    used = TROUBLE.replace("'a' as model,", "'a' as model, 'none' as usage_source, null::double as cost_estimated,")
    section = made(VIEW, attempts=used, **MONTH)
    assert section.finding.endswith("$0.00 for failures and fallbacks; what 60 failed attempts cost is unknown")
    assert [row[-1] for row in section.table.rows] == ["20", "20", "20"]
