"""Unusual spend: what the section and the line of confidence say, and when the section stays away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finops_report.analysis.rules import RULES
from finops_report.analysis.rules.company import DEFAULT_RULES, CompanyRules, company_rules
from finops_report.errors import ConfigError
from finops_report.model import Report, Section
from finops_report.report import report
from tests.finops_report.conftest import answers_of
from tests.finops_report.sections.conftest import chart_of, section_of, written

VIEW = "unusual_spend"
DAYS = 60
# An hour costs a dollar; on the 55th day it costs three, and two hours of the 50th cost nine.
HOURS: dict[str, str | int] = {
    "requests": 24 * DAYS,
    "timestamp": "timestamp '2026-09-01' + to_hours(i)",
    "team": "if(i % 2 = 0, 'search', 'legal')",
    "cost_estimated": "case when i // 24 = 54 then 3.0 when i between 1186 and 1187 then 9.0 else 1.0 end",
}
FLAT = HOURS | {"cost_estimated": "1.0"}


def made(folder: Path, telemetry: dict[str, str | int], rules: CompanyRules = DEFAULT_RULES) -> Report:
    path = folder / "t.duckdb"
    path.unlink(missing_ok=True)
    answers = answers_of(written(path, **telemetry))  # type: ignore[arg-type] # numbers and texts
    return report(answers, "t", judged_by=rules)


def section(folder: Path) -> Section:
    return section_of(made(folder, HOURS), VIEW)


def confidence(of: Report) -> tuple[str, str]:
    """Return the line about unusual spend, and its level."""
    (found,) = (fact for fact in of.confidence if fact.label == "Unusual spend")
    return found.text, found.level


def test_the_finding_names_the_largest(tmp_path: Path) -> None:
    assert section(tmp_path).finding == (
        "2 stretches were unusual; the largest: all spend, 25 Oct 2026, $48.00 more than usual: higher price per token"
    )


def test_a_row_says_when_whose_how_much_and_what_changed(tmp_path: Path) -> None:
    table = section(tmp_path).table
    assert [column.title for column in table.columns] == [
        *("When", "Whose spend", "Difference (USD)", "Usually (USD)", "What changed mostly", "Of the difference (USD)"),
    ]
    assert table.rows == (
        ("25 Oct 2026", "all spend", "+$48.00", "$24.00", "higher price per token", "+$48.00"),
        ("20 Oct 2026, 10:00, 2 hours", "all spend", "+$16.00", "$2.00", "higher price per token", "+$16.00"),
    )


def test_the_chart_marks_each_day_on_the_line(tmp_path: Path) -> None:
    figure = chart_of(section(tmp_path), VIEW).figure
    band, line, more = figure["data"]
    assert (band["name"], line["name"], more["name"]) == ("usual", "spend per day", "more than usual")
    assert more["x"] == ["2026-10-20T12:00:00", "2026-10-25T12:00:00"]
    assert more["y"] == [40.0, 72.0]
    assert more["text"][1] == "25 Oct 2026: all spend +$48.00, higher price per token"
    assert len(line["x"]) == DAYS


def test_the_steps_of_each_row_are_added_up(tmp_path: Path) -> None:
    found = section(tmp_path).adds_up
    assert [(one.view, one.figure) for one in found] == [(VIEW, "cost_usd")] * 2
    assert all(one.found == one.whole for one in found)


def test_a_calm_source_has_no_section_but_a_line_that_says_so(tmp_path: Path) -> None:
    calm = made(tmp_path, FLAT)
    assert VIEW not in [section.view for section in calm.sections]
    assert confidence(calm) == ("none in 624 of 1,440 hours held against their own history", "fine")


def test_a_short_history_is_said_to_be_too_short(tmp_path: Path) -> None:
    short = made(tmp_path, HOURS | {"requests": 24 * 30})
    assert VIEW not in [section.view for section in short.sections]
    assert confidence(short) == (
        "not enough history to tell: 5 weeks before the period's end are needed",
        "note",
    )


def test_the_line_counts_what_the_section_shows(tmp_path: Path) -> None:
    assert confidence(made(tmp_path, HOURS)) == (
        "2 stretches in 624 of 1,440 hours held against their own history",
        "note",
    )


def test_another_bound_is_another_sentence_and_another_judgement(tmp_path: Path) -> None:
    rules = company_rules({"unusual": {"least_difference_usd": 20.0}}, frozenset())
    found = section_of(made(tmp_path, HOURS, rules), VIEW)
    assert found.how_to_read.startswith(rules.rules.unusual.text)
    assert "by at least 20 (your limit) USD" in found.how_to_read
    assert len(found.table.rows) == 1


def test_what_is_off_is_not_looked_for(tmp_path: Path) -> None:
    off = made(tmp_path, HOURS, company_rules({}, frozenset({"unusual"})))
    assert VIEW not in [section.view for section in off.sections]
    assert confidence(off) == ("not looked for: it is turned off in finops.toml", "fine")


def test_a_share_that_is_smaller_than_what_is_looked_for_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"least_level_share = 0\.01 is too small"):
        company_rules({"unusual": {"least_level_share": 0.01}}, frozenset())


def test_both_bounds_must_be_met() -> None:
    rule = replace(RULES.unusual, least_level_share=0.2, least_difference_usd=5.0)
    assert rule.verdict(level_share=0.2, difference_usd=5) == "watch"
    assert rule.verdict(level_share=-0.2, difference_usd=-5) == "watch"
    assert rule.verdict(level_share=0.19, difference_usd=50) == "good"
    assert rule.verdict(level_share=2, difference_usd=4.9) == "good"
