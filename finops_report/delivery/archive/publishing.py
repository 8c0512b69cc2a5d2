"""Add a report to an archive.

Readers never meet half a report: it is added as a whole, then feed and latest are replaced, and the index last. A kill
in between leaves the old index, which is still right; the next run finishes what was begun.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from finops_report.delivery.archive.contents import KEY, archived, check_ours
from finops_report.delivery.archive.feed import address, feed
from finops_report.delivery.archive.index import index
from finops_report.delivery.archive.site import FEED, INDEX, LATEST, LATEST_FIGURES, PAGE, Site
from finops_report.delivery.archive.writing import add_report, held, remove_report, sweep
from finops_report.delivery.built_page import read_page
from finops_report.document import Digest, digest_of
from finops_report.errors import OutputError
from finops_report.files import write_whole
from finops_report.named_files import content_of
from finops_report.replaceable import is_page


def publish(site: Site, page: Path, figures: Path, now: datetime) -> tuple[Digest, ...]:
    """Add one report to the archive and return all that are in it, newest first.

    A report of the same days and time zone is replaced; all others stay as they are. Raises OutputError if the
    report cannot be read, the folder cannot be written or has something of somebody else, or sealed and open reports
    would mix; ConfigError if the archive is sealed with another passphrase, or its address is none.
    """
    numbers, content = _read(figures), read_page(page)
    digest = digest_of(numbers, str(figures))
    if not KEY.fullmatch(digest.key):
        raise OutputError(f"The report has no days to be filed under: {digest.key!r}", "build it again")
    if not is_page(content):
        raise OutputError(f"Not a report of ours: {page}", "give --report a built page")
    base = address(site)
    with held(site.folder):
        check_ours(site)
        sweep(site)
        others = archived(site, but=digest.key)
        _drop_stale(site, base)
        own = site.reports / digest.key
        add_report(
            site,
            digest.key,
            {PAGE: site.page(content, own / PAGE), site.figures: site.closed(numbers, own / site.figures)},
        )
        known = sorted([*others, digest], key=lambda one: (one.end, one.start, one.key), reverse=True)
        kept, gone = tuple(known[: site.keep]), known[site.keep :] if site.keep else []
        write_whole(_overview(site, base, kept, now))
        for old in gone:
            remove_report(site, old.key)
    return kept


def _drop_stale(site: Site, base: str) -> None:
    """Remove what an archive of this kind does not have: open figures beside sealed reports, a feed of no address."""
    if site.seal is not None:
        (site.folder / LATEST_FIGURES).unlink(missing_ok=True)
    if site.seal is not None or not base:
        (site.folder / FEED).unlink(missing_ok=True)


def _overview(site: Site, base: str, kept: tuple[Digest, ...], now: datetime) -> dict[Path, str | bytes]:
    """Return the files beside the reports, in the order in which they are replaced."""
    newest, latest = site.reports / kept[0].key, site.folder / LATEST
    files: dict[Path, str | bytes] = {latest: site.page(site.opened_page(newest / PAGE), latest)}
    if site.seal is None:  # figures and feed are for readers who have no passphrase
        files[site.folder / LATEST_FIGURES] = site.opened(newest / site.figures)
        if base:
            files[site.folder / FEED] = feed(site, base, kept, now)
    path = site.folder / INDEX
    files[path] = site.page(index(site, kept, now, feed=site.seal is None and bool(base)), path)
    return files


def _read(figures: Path) -> bytes:
    try:
        return content_of(figures)
    except OSError as err:
        raise OutputError(f"No report.json: {figures}", "build the report first: finops-report build") from err
