"""The page has every section once, in the order of one tuple, and each of them has what a reader needs."""

from __future__ import annotations

import pkgutil
from pathlib import Path

from finops_report import sections
from finops_report.model import Report
from finops_report.sections.order import ORDER


def test_every_file_with_a_section_is_in_the_order_once() -> None:
    listed = [section.__module__ for section in ORDER]
    assert len(listed) == len(set(listed))
    modules = [found.name for found in pkgutil.iter_modules(sections.__path__, "finops_report.sections.")]
    assert set(listed) == {name for name in modules if _has_section(name)}


def _has_section(name: str) -> bool:
    path = Path(*name.split(".")).with_suffix(".py")
    return "\ndef section(" in (Path(sections.__path__[0]).parents[1] / path).read_text(encoding="utf-8")


def test_the_page_keeps_the_order_but_for_sections_that_stay_away(month_report: Report) -> None:
    made = [section.view for section in month_report.sections]
    order = [section.__module__.rpartition(".")[2] for section in ORDER]
    assert made == [view for view in order if view in made]
    assert {"total_spend", "fallbacks_paid"} < set(made)


def test_charts_have_names_and_titles_of_their_own(month_report: Report) -> None:
    charts = [chart for section in month_report.sections for chart in section.charts]
    assert len({chart.name for chart in charts}) == len({chart.title for chart in charts}) == len(charts)


def test_a_section_has_charts_or_tells_why_not(month_report: Report) -> None:
    for section in month_report.sections:
        assert section.title
        assert section.finding
        assert section.how_to_read
        assert not (section.charts and section.empty), section.view
