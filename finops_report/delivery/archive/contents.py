"""Read what is in an archive, and refuse to touch what somebody else put there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from finops_report.delivery.archive.site import (
    FEED,
    INDEX,
    LATEST,
    LATEST_FIGURES,
    OPEN_FIGURES,
    PAGE,
    SEALED_FIGURES,
    Site,
)
from finops_report.document import Digest, digest_of
from finops_report.errors import OutputError
from finops_report.replaceable import is_figures, is_page

KEY = re.compile(r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d(_[A-Za-z0-9+_-]{1,64})?")
MARKS = (b'name="generator" content="finops-report"', b"Published by finops-report", b"This report is sealed")


def _is_index(content: bytes) -> bool:
    return any(mark in content for mark in MARKS)


def _is_no_other_feed(content: bytes) -> bool:
    """Whether a file is a feed of ours, or none of anybody's: what is damaged is written anew."""
    return b"<name>finops-report</name>" in content or not re.search(rb"<(rss|rdf:RDF)\b|<entry\b", content)


OURS = {INDEX: _is_index, LATEST: is_page, LATEST_FIGURES: is_figures, FEED: _is_no_other_feed}


def archived(site: Site, but: str) -> tuple[Digest, ...]:
    """Return all reports of the archive except the one with the key `but`, which is about to be replaced.

    Raises OutputError if something else is among them, if one is not whole or cannot be read, or if sealed and open
    ones would mix; ConfigError if the archive is sealed with another passphrase.
    """
    folders = list(_folders(site))
    _never_mixed(site, folders)
    return tuple(_report(site, folder) for folder in folders if folder.name != but)


def check_ours(site: Site) -> None:
    """Raise OutputError if the folder has files of somebody else under the names that an archive writes."""
    for name, is_ours in OURS.items():
        path = site.folder / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise _foreign(path)
        if path.exists() and not is_ours(_content(path)):
            raise _foreign(path)
    held = any(_folders(site))
    if (site.folder / INDEX).exists():
        return
    for name in (LATEST, LATEST_FIGURES, FEED):  # a run that was killed leaves them before the first index
        if (site.folder / name).exists() and not held:
            raise _foreign(site.folder / name)


def _folders(site: Site) -> Iterator[Path]:
    """Yield the folders of the reports, in the order of their names; hidden ones are nobody's reports."""
    if site.reports.is_symlink() or (site.reports.exists() and not site.reports.is_dir()):
        raise _foreign(site.reports)
    try:
        found = sorted(site.reports.iterdir()) if site.reports.exists() else []
    except OSError as err:
        raise OutputError(f"The archive cannot be read: {site.reports}: {err.strerror}", "check permissions") from err
    for folder in found:
        if folder.name.startswith("."):
            continue
        if folder.is_symlink() or not folder.is_dir() or not KEY.fullmatch(folder.name):
            raise _foreign(folder)
        yield folder


def _report(site: Site, folder: Path) -> Digest:
    """Return what a folder holds; raises OutputError if that is more or less than one whole report of its name."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.name not in {PAGE, site.figures} or path.is_symlink() or not path.is_file():
            raise _foreign(path)
    for name in (PAGE, site.figures):
        if not (folder / name).exists():
            raise OutputError(
                f"A report of the archive is not whole: {folder} has no {name}",
                "publish it again, or remove its folder",
            )
    path = folder / site.figures
    digest = digest_of(_opened(site, path), str(path))
    if digest.key != folder.name:
        raise _foreign(folder, f": it holds the report {digest.key}")
    return digest


def _opened(site: Site, path: Path) -> bytes:
    try:
        return site.opened(path)
    except OSError as err:
        raise OutputError(f"The archive cannot be read: {path}: {err.strerror}", "check permissions") from err


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as err:
        raise OutputError(f"The archive cannot be read: {path}: {err.strerror}", "check permissions") from err


def _never_mixed(site: Site, folders: list[Path]) -> None:
    """Raise OutputError if the report to add is sealed and those in the archive are not, or the reverse."""
    other = SEALED_FIGURES if site.seal is None else OPEN_FIGURES
    if any((folder / other).exists() for folder in folders):
        held = "sealed" if site.seal is None else "open"
        raise OutputError(
            f"The site holds {held} reports: {site.folder}", "publish to a folder of its own, or to the same kind"
        )


def _foreign(path: Path, reason: str = "") -> OutputError:
    return OutputError(f"Not of this archive, and left alone: {path}{reason}", "move it away, or name another --site")
