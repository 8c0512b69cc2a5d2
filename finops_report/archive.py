"""Keep every published report in a folder that grows: an index, the latest at a stable place, a feed.

What a reader may be looking at is never half there: the report's own folder comes first, then feed and
latest, the index last, each file replaced whole. A crash in between leaves the old index, which is true.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from markupsafe import Markup

from finops_report import __version__
from finops_report.bundle import csp_hash
from finops_report.digest import Digest, read_digest
from finops_report.errors import OutputError
from finops_report.pictures import PAGE, draw
from finops_report.printing import asset, printed
from finops_report.publish import write_whole

MOST_BARS = 36
BLUE = "#2f74c0"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the archive lives, what it is called, its address (for the feed), how many reports it keeps."""

    folder: Path
    title: str
    base_url: str = ""
    keep: int | None = None


def publish(site: Site, page: Path, figures: Path) -> tuple[Digest, ...]:
    """Put one report into the archive and return all that are in it, newest first.

    The report of the same days and time zone is replaced; all others stay untouched. Raises OutputError
    when the report cannot be read or the folder not be written.
    """
    digest = read_digest(figures)
    try:
        content, numbers = page.read_bytes(), figures.read_bytes()
    except OSError as err:
        raise OutputError(f"No report: {page}", "build it first: finops-report build") from err
    own = site.folder / "reports" / digest.key
    write_whole({own / "report.html": content, own / "report.json": numbers})
    known = archived(site.folder)
    kept, gone = known[: site.keep], known[site.keep :] if site.keep else ()
    newest = site.folder / "reports" / kept[0].key
    write_whole(
        {
            site.folder / "feed.xml": printed("feed.xml", _feed(site, kept)),
            site.folder / "latest.json": (newest / "report.json").read_bytes(),
            site.folder / "latest.html": (newest / "report.html").read_bytes(),
            site.folder / "index.html": _index(site, kept),
        }
    )
    for old in gone:
        shutil.rmtree(site.folder / "reports" / old.key)
    return kept


def archived(folder: Path) -> tuple[Digest, ...]:
    """All reports of the archive, the newest first. Raises OutputError for one that cannot be read."""
    found = [read_digest(path) for path in (folder / "reports").glob("*/report.json")]
    return tuple(sorted(found, key=lambda digest: (digest.end, digest.start, digest.key), reverse=True))


def _index(site: Site, reports: Sequence[Digest]) -> str:
    css = asset("report.css") + asset("archive.css")
    return printed(
        "archive.html",
        {
            "site": site,
            "reports": reports,
            "css": Markup(css),  # noqa: S704 -- our own style sheet
            "picture": _picture(reports),
            "policy": f"default-src 'none'; style-src {csp_hash(css.encode())}; base-uri 'none'; form-action 'none'",
            "version": __version__,
        },
    )


def _picture(reports: Sequence[Digest]) -> Mapping[str, Markup]:
    """Spend of the last reports as columns, the oldest on the left, for two widths; nothing for fewer than two."""
    shown = list(reversed(reports[:MOST_BARS]))
    if len(shown) < 2:
        return {}
    bars = {
        "type": "bar",
        "x": [report.end.isoformat() for report in shown],
        "y": [report.cost_usd for report in shown],
        "marker": {"color": BLUE},
    }
    layout = {
        "xaxis": {"type": "date"},
        "yaxis": {"tickprefix": "$", "title": {"text": "US dollars, by the last day of the report"}},
        "showlegend": False,
    }
    said = f"From {shown[0].total} ({shown[0].period}) to {shown[-1].total} ({shown[-1].period})"
    figure = {"data": [bars], "layout": layout}
    return {
        name: Markup(  # noqa: S704 -- drawn here, its texts are escaped
            draw(figure, width=px, height=260, title="Spend by report", description=said, ident=name, palette=PAGE)
        )
        for name, px in (("wide", 960), ("narrow", 320))
    }


def _feed(site: Site, reports: Sequence[Digest]) -> dict[str, object]:
    """What the Atom feed prints; its times are the last days of the reports, so that it is the same when repeated."""
    base = site.base_url.rstrip("/") + "/" if site.base_url else ""
    return {
        "site": site,
        "base": base,
        "updated": _moment(reports[0]),
        "entries": [(report, f"{base}reports/{report.key}/report.html", _moment(report)) for report in reports],
    }


def _moment(report: Digest) -> str:
    return datetime.combine(report.end, time(23, 59, 59), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
