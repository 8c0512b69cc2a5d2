"""The index names reports by their days, marks what is not over, and looks like the company's reports."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finops_report.delivery.archive import Site
from finops_report.delivery.archive.labels import label, state, unit
from finops_report.document import Digest
from tests.conftest import Run
from tests.finops_report.delivery.archive.conftest import NOW, Change, Press

MONTHS = [("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-30")]
QUARTER = ("2026-07-01", "2026-09-30")


def costs(usd: float) -> Change:
    """Return what sets the total of a report."""
    return lambda document: document["totals"].update(cost_usd=usd)


def text(site: Site) -> str:
    return html.unescape((site.folder / "index.html").read_text(encoding="utf-8"))


def digest(press: Press, site: Site, start: str, end: str, /, **period: Any) -> Digest:
    return press.publish(site, start, end, lambda document: document["period"].update(period))[0]


@pytest.mark.parametrize(
    ("start", "end", "fiscal", "kind", "name"),
    [
        ("2026-10-01", "2026-10-31", "", "month", "Oct 2026"),
        ("2026-10-01", "2026-12-31", "", "quarter", "Q4 2026"),
        ("2026-10-01", "2026-12-31", "FY2027 Q1", "quarter", "FY2027 Q1"),
        ("2026-02-01", "2026-04-30", "", "quarter", "1 Feb – 30 Apr 2026"),
        ("2026-01-01", "2026-12-31", "", "year", "2026"),
        ("2026-10-01", "2027-09-30", "FY2027", "year", "FY2027"),
        ("2026-10-05", "2026-10-11", "", "days", "5–11 Oct 2026"),
        ("2026-10-01", "2026-10-30", "", "days", "1–30 Oct 2026"),
        ("2026-10-01", "2026-10-31", "FY2027 Q1", "month", "Oct 2026"),
    ],
)
def test_days_have_the_name_that_people_give_them(
    start: str, end: str, fiscal: str, kind: str, name: str, press: Press, site: Site
) -> None:
    found = digest(press, site, start, end, fiscal=fiscal)
    assert (unit(found), label(found)) == (kind, name)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"end": "2026-11-30", "data_until": "2026-11-06T20:00:00Z"}, "so far"),
        ({"end": "2026-11-05", "data_until": "2026-11-05T20:00:00Z"}, ""),
        ({"end": "2026-11-05", "data_until": "2026-11-03T20:00:00Z"}, "data until 3 Nov 2026"),
        ({"end": "2026-11-06", "data_until": "2026-11-06T20:00:00Z"}, "so far"),
        ({"end": "2026-11-06", "data_until": "2026-11-06T20:00:00Z", "timezone": "Asia/Tokyo"}, ""),
        ({"end": "2026-11-05", "data_until": None}, ""),
    ],
)
def test_what_is_not_over_or_not_whole_is_marked(
    period: dict[str, Any], expected: str, press: Press, site: Site
) -> None:
    assert state(digest(press, site, "2026-11-01", "2026-11-30", **period), NOW) == expected


def test_months_are_drawn_with_their_names_and_amounts_and_quarters_are_not_among_them(
    press: Press, site: Site
) -> None:
    for number, days in enumerate([*MONTHS, QUARTER]):
        press.publish(site, *days, costs(100.0 + number))
    page = text(site)
    assert "Spend by month" in page
    (wide,) = re.findall(r'<div class="wide">(.*?)</div>', page, re.DOTALL)
    labels = re.findall(r">([^<>]+)</text>", wide)
    assert [one for one in labels if one.startswith(("Sep", "Oct", "Nov"))] == [
        "Nov 2026, so far",
        "Oct 2026",
        "Sep 2026",
    ]
    assert [one for one in labels if one.startswith("$1") and "." in one] == ["$102.00", "$101.00", "$100.00"]
    assert not [one for one in labels if "Q3" in one]
    assert page.count('<span class="running">so far</span>') == 1
    assert "2026-07-01 to 2026-09-30</a>" in page


def test_a_single_report_needs_no_picture(press: Press, site: Site) -> None:
    press.publish(site, *MONTHS[0])
    assert "<figure" not in text(site)


def test_title_and_logo_are_those_of_the_settings(run: Run, month: Path) -> None:
    Path("logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    Path("finops.toml").write_text('[report]\ntitle = "LLM-Kosten"\nlogo = "logo.svg"\n')
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    publish = ("publish", "--report", "out/report.html", "--site", "site")
    assert run(*publish).exit_code == 0
    page = Path("site/index.html").read_text(encoding="utf-8")
    assert "<h1>LLM-Kosten</h1>" in page
    assert '<img src="data:image/svg+xml;base64,' in page
    assert "img-src data:" in html.unescape(page)
    assert run(*publish, "--title", "All").exit_code == 0
    assert "<h1>All</h1>" in Path("site/index.html").read_text(encoding="utf-8")
    Path("finops.toml").unlink()
    assert run(*publish).exit_code == 0
    assert "<h1>LLM spend reports</h1>" in Path("site/index.html").read_text(encoding="utf-8")


def test_a_report_of_an_unknown_zone_is_listed_by_utc(press: Press, site: Site) -> None:
    found = replace(digest(press, site, *MONTHS[1]), timezone="Mars/Olympus")
    assert state(found, NOW) == ""


def behind(*costs_usd: float | None) -> Change:
    """Return what gives a report months behind it, from August 2026 on; the last one runs."""
    rows = [
        {
            "month": f"2026-{8 + number:02}-01",
            "first_day": f"2026-{8 + number:02}-01",
            "last_day": f"2026-{8 + number:02}-28",
            "days": 30,
            "is_whole": number < len(costs_usd) - 1,
            "requests": 0 if usd is None else 9,
            "cost_usd": usd,
            "cost_change": None,
        }
        for number, usd in enumerate(costs_usd)
    ]
    return lambda document: document["views"].update(months=rows)


def labels_of_pictures(site: Site) -> list[list[str]]:
    wides = re.findall(r'<div class="wide">(.*?)</div>', text(site), re.DOTALL)
    return [re.findall(r">([^<>]+)</text>", wide) for wide in wides]


def test_the_months_behind_the_newest_report_are_drawn_from_its_figures_alone(press: Press, site: Site) -> None:
    press.publish(site, *MONTHS[1], behind(10.0, None, 30.0, 25.0))
    (labels,) = labels_of_pictures(site)
    assert [one for one in labels if "." in one or "not" in one] == ["$25.00", "$30.00", "not recorded", "$10.00"]
    assert {"1–28 Nov 2026, so far", "Oct 2026", "Sep 2026", "Aug 2026"} <= set(labels)
    assert "Spend by month" in text(site)


def test_of_two_pictures_of_months_the_one_with_more_is_drawn(press: Press, site: Site) -> None:
    for days in MONTHS:
        press.publish(site, *days, behind(10.0, 20.0))
    (labels,) = labels_of_pictures(site)
    assert {"Sep 2026", "Oct 2026", "Nov 2026, so far"} <= set(labels)
    press.publish(site, *MONTHS[2], behind(10.0, 20.0, 30.0, 25.0))
    (labels,) = labels_of_pictures(site)
    assert "Aug 2026" in labels


def test_months_stand_beside_a_picture_of_other_stretches(press: Press, site: Site) -> None:
    press.publish(site, "2026-04-01", "2026-06-30", behind(10.0, 20.0))
    press.publish(site, *QUARTER, behind(10.0, 20.0))
    assert "Spend by month" in text(site)
    assert "Spend by quarter" in text(site)
    assert len(labels_of_pictures(site)) == 2


def test_the_newest_report_says_where_its_month_will_end_and_how_its_budgets_stand(press: Press, site: Site) -> None:
    def with_both(document: dict[str, Any]) -> None:
        part = {"divided_by": "all", "expected_usd": 70.0, "low_usd": 60.0, "high_usd": 80.0, "spent_usd": 21.4}
        document["forecast"] = {
            "start": "2026-11-01",
            "until": "2026-11-06",
            "under_way": True,
            "parts": [part | {"unpriced_requests": 0}],
        }
        document["budgets"] = [{"budget": "<All>", "state": "at risk"}]

    press.publish(site, *MONTHS[2], with_both)
    page = text(site)
    assert "November 2026 is expected to end at $70.00, in 8 of 10 cases between $60.00 and $80.00;" in page.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert ">1 budget: 1 at risk (<All>).<" in page
    assert "(<All>)" not in (site.folder / "index.html").read_text(encoding="utf-8")
    press.publish(site, *MONTHS[2], lambda document: document.update(forecast=None))
    assert 'class="ahead"' not in text(site)
