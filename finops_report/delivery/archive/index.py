"""Write the index of an archive: all reports as a table, and the spend of those that compare as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from finops_report import __version__
from finops_report.charts.bars import Bar, across
from finops_report.charts.figure import money_axis
from finops_report.delivery.archive.labels import UNITS, label, state, unit
from finops_report.delivery.archive.site import Site
from finops_report.document import Digest
from finops_report.page.assets import REPORT_STYLE, style_sheet
from finops_report.page.csp import csp_hash, policy
from finops_report.page.templating import render_template
from finops_report.pictures import PAGE, WIDTHS_PX, draw
from finops_report.wording import formats
from finops_report.wording.conventions import written_as
from finops_report.wording.currency import US_DOLLARS, Currency

MOST_BARS = 24
BAR_PX = {"wide": 26, "middle": 26, "narrow": 38}  # where it is narrow, names stand above their bars
AXIS_PX = 56
BLUE, PALE_BLUE = "#2f74c0", "#9dbfe4"
OF_ALL = {"month": "by month", "quarter": "by quarter", "year": "by year", "days": "by report"}


def index(site: Site, reports: Sequence[Digest], now: datetime, feed: bool) -> str:
    """Return the index of `reports`, newest first; `feed` says whether there is one to link to.

    Its numbers and dates are written as those of the newest report.
    """
    with written_as(reports[0].conventions):
        return _index(site, reports, now, feed)


def _index(site: Site, reports: Sequence[Digest], now: datetime, feed: bool) -> str:
    css = style_sheet(*REPORT_STYLE, "archive")
    directives = {
        "default-src": "'none'",
        "style-src": csp_hash(css),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return render_template(
        "archive.html",
        {
            "site": site,
            "rows": [(report, state(report, now)) for report in reports],
            "css": Markup(css),  # noqa: S704 -- our own style sheet
            "pictures": _pictures(reports, now),
            "policy": policy(directives),
            "version": __version__,
            "feed": feed,
        },
    )


def _pictures(reports: Sequence[Digest], now: datetime) -> list[Mapping[str, Markup | str]]:
    """Return the months behind the newest report and the spend of reports that compare, each in three widths.

    If these are months, too, the picture with more of them is enough; there is none of fewer than two.
    """
    months, compared = _months(reports[0]), _reports(reports, now)
    if months.bars and compared.title == months.title:
        shown = [months if len(months.bars) > len(compared.bars) else compared]
    else:
        shown = [months, compared]
    return [_drawn_widths(one, number) for number, one in enumerate(shown) if len(one.bars) > 1]


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars from top to bottom, the currency of their amounts, and what they are."""

    title: str
    caption: str
    bars: Sequence[Bar]
    money: Currency


def _months(report: Digest) -> Picture:
    """Return the months behind a report, newest first; one that is not recorded has no bar, and says so."""
    money = report.currency
    bars = [
        Bar(
            month.label,
            money.amount(month.cost_usd),
            formats.NOT_RECORDED if month.cost_usd is None else money.money(month.cost_usd),
            BLUE if month.is_whole else PALE_BLUE,
        )
        for month in reversed(report.months)
    ]
    ends = f"From {bars[-1].text} ({bars[-1].label}) to {bars[0].text} ({bars[0].label})" if bars else ""
    return Picture("Spend by month", ends, bars, money)


def _reports(reports: Sequence[Digest], now: datetime) -> Picture:
    """Return the spend of reports that compare, newest first.

    Those are the months, quarters, years or others, whatever there are most of. Amounts are in the reports' currency
    at the newest rate, so that bars compare; in US dollars if their currencies differ.
    """
    counted = Counter(unit(report) for report in reports)
    kind = max(UNITS, key=lambda one: counted[one])  # the shortest of those that are equally many
    shown = [report for report in reports if unit(report) == kind][:MOST_BARS]
    codes = {report.currency.code for report in shown}
    money = shown[0].currency if len(codes) == 1 else US_DOLLARS
    bars = [
        Bar(_name(report, now), money.amount(report.cost_usd), money.money(report.cost_usd), _colour(report, now))
        for report in shown
    ]
    caption = f"From {shown[-1].total} ({shown[-1].period}) to {shown[0].total} ({shown[0].period})"
    return Picture(f"Spend {OF_ALL[kind]}", caption, bars, money)


def _drawn_widths(picture: Picture, number: int) -> Mapping[str, Markup | str]:
    money = picture.money
    figure = across(picture.bars, money_axis(money))
    drawn = {
        name: _drawn(figure, px, len(picture.bars) * BAR_PX[name] + AXIS_PX, f"spend-{number}-c")
        for name, px in WIDTHS_PX.items()
    }
    return drawn | {"caption": picture.caption, "title": picture.title, "id": f"spend-{number}"}


def _drawn(figure: Mapping[str, Any], width: int, height: int, named_by: str) -> Markup:
    drawn = draw(figure, width=width, height=height, named_by=named_by, palette=PAGE)
    return Markup(drawn.svg)  # noqa: S704 -- escaped there


def _name(report: Digest, now: datetime) -> str:
    open_part = state(report, now)
    return f"{label(report)}, {open_part}" if open_part else label(report)


def _colour(report: Digest, now: datetime) -> str:
    return PALE_BLUE if state(report, now) else BLUE
