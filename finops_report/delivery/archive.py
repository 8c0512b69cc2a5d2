"""Publish reports to a folder that keeps all of them: an index, the latest at a stable address, a feed.

Readers never meet half a report: its own folder is written first, then feed and latest, and the index last, each
file replaced as a whole. A crash in between leaves the old index, which is still right.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from markupsafe import Markup

from finops_report import __version__
from finops_report.delivery.encryption import Seal
from finops_report.document import Digest, digest_of, read_digest
from finops_report.errors import OutputError
from finops_report.files import write_whole
from finops_report.page.assets import REPORT_STYLE, style_sheet
from finops_report.page.csp import csp_hash, policy
from finops_report.page.templating import render_template
from finops_report.pictures import PAGE, WIDTHS_PX, draw
from finops_report.wording.currency import US_DOLLARS

MOST_BARS = 36
BLUE = "#2f74c0"


@dataclass(frozen=True, slots=True)
class Site:
    """An archive: its folder, its title, its address (for the feed), and how many reports it keeps (None for all).

    With a `seal`, only the days of its reports can be read without the passphrase.
    """

    folder: Path
    title: str
    base_url: str = ""
    keep: int | None = None
    seal: Seal | None = None

    def opened(self, content: bytes) -> bytes:
        """Return the figures in a file of this archive. Raises ConfigError if it is sealed otherwise."""
        return content if self.seal is None else self.seal.opened(content)

    def closed(self, content: bytes) -> bytes:
        """Return figures as this archive stores them."""
        return content if self.seal is None else self.seal.closed(content)

    def page(self, page: str | bytes) -> str | bytes:
        """Return a page as this archive stores it."""
        return page if self.seal is None else self.seal.page(page)

    @property
    def figures(self) -> str:
        """The file name of the figures beside each report."""
        return "report.json" if self.seal is None else "report.sealed"


def publish(site: Site, page: Path, figures: Path) -> tuple[Digest, ...]:
    """Add one report to the archive and return all that are in it, newest first.

    A report of the same days and time zone is replaced; all others stay as they are. Raises OutputError if the
    report cannot be read, the folder cannot be written, or sealed and open reports would mix; ConfigError if the
    archive is sealed with another passphrase.
    """
    _never_mixed(site)
    digest = read_digest(figures)
    try:
        content, numbers = page.read_bytes(), figures.read_bytes()
    except OSError as err:
        raise OutputError(f"No report: {page}", "build it first: finops-report build") from err
    own = site.folder / "reports" / digest.key
    others = [other for other in archived(site) if other.key != digest.key]
    known = sorted([*others, digest], key=lambda one: (one.end, one.start, one.key), reverse=True)
    write_whole({own / "report.html": site.page(content), own / site.figures: site.closed(numbers)})
    kept, gone = tuple(known[: site.keep]), known[site.keep :] if site.keep else []
    newest = site.folder / "reports" / kept[0].key
    files: dict[Path, str | bytes] = {site.folder / "latest.html": (newest / "report.html").read_bytes()}
    if site.seal is None:  # a feed is for readers who have no passphrase
        files[site.folder / "feed.xml"] = render_template("feed.xml", _feed(site, kept))
        files[site.folder / "latest.json"] = (newest / "report.json").read_bytes()
    files[site.folder / "index.html"] = site.page(_index(site, kept))
    write_whole(files)
    for old in gone:
        shutil.rmtree(site.folder / "reports" / old.key)
    return kept


def archived(site: Site) -> tuple[Digest, ...]:
    """Return all reports of the archive. Raises OutputError or ConfigError if one cannot be read."""
    paths = sorted((site.folder / "reports").glob(f"*/{site.figures}"))
    return tuple(digest_of(site.opened(path.read_bytes()), str(path)) for path in paths)


def _never_mixed(site: Site) -> None:
    """Raise OutputError if the report to add is sealed and those in the archive are not, or the reverse."""
    other = "report.json" if site.seal else "report.sealed"
    if any((site.folder / "reports").glob(f"*/{other}")):
        held = "open" if site.seal else "sealed"
        raise OutputError(
            f"The site holds {held} reports: {site.folder}", "publish to a folder of its own, or to the same kind"
        )


def _index(site: Site, reports: Sequence[Digest]) -> str:
    css = style_sheet(*REPORT_STYLE, "archive")
    directives = {
        "default-src": "'none'",
        "style-src": csp_hash(css),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return render_template(
        "archive.html",
        {
            "site": site,
            "reports": reports,
            "css": Markup(css),  # noqa: S704 -- our own style sheet
            "picture": _picture(reports),
            "policy": policy(directives),
            "version": __version__,
        },
    )


def _picture(reports: Sequence[Digest]) -> Mapping[str, Markup | str]:
    """Return the spend of the last reports as columns, oldest first, in three widths; empty for fewer than two.

    Amounts are in the reports' currency at the newest rate, so that columns compare; in US dollars if their
    currencies differ.
    """
    shown = list(reversed(reports[:MOST_BARS]))
    if len(shown) < 2:
        return {}
    codes = {report.currency.code for report in shown}
    money = shown[-1].currency if len(codes) == 1 else US_DOLLARS
    bars = {
        "type": "bar",
        "x": [f"{report.end}#{number}" for number, report in enumerate(shown)],  # a month and its quarter end alike
        "y": [money.amount(report.cost_usd) for report in shown],
        "marker": {"color": BLUE},
    }
    layout = {
        "xaxis": {"type": "date"},
        "yaxis": {"tickprefix": money.prefix, "title": {"text": f"{money.name}, by the last day of the report"}},
        "showlegend": False,
    }
    caption = f"From {shown[0].total} ({shown[0].period}) to {shown[-1].total} ({shown[-1].period})"
    figure = {"data": [bars], "layout": layout}
    drawn = {
        name: Markup(draw(figure, width=px, height=260, named_by="spend-c", palette=PAGE))  # noqa: S704 -- escaped there
        for name, px in WIDTHS_PX.items()
    }
    return drawn | {"caption": caption}


def _feed(site: Site, reports: Sequence[Digest]) -> dict[str, object]:
    """Return the values of the Atom feed; its times are the reports' last days, so that a rerun changes nothing."""
    base = site.base_url.rstrip("/") + "/" if site.base_url else ""
    return {
        "site": site,
        "base": base,
        "updated": _moment(reports[0]),
        "entries": [(report, f"{base}reports/{report.key}/report.html", _moment(report)) for report in reports],
    }


def _moment(report: Digest) -> str:
    return datetime.combine(report.end, time(23, 59, 59), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
