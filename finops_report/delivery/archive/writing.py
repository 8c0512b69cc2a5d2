"""Put a report into an archive so that it is there as a whole or not at all, whenever the run is killed.

A report is written to `reports/.new-KEY`, renamed to `.ready-KEY` once all of it is on the disk, and moved to
`reports/KEY` from there. The next run throws away what is new and moves on what is ready.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from finops_report.delivery.archive.contents import KEY
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
from finops_report.errors import OutputError
from finops_report.folder_lock import locked

NEW, READY = ".new-", ".ready-"
OURS = (INDEX, LATEST, LATEST_FIGURES, FEED, PAGE, OPEN_FIGURES, SEALED_FIGURES)
# What `write_whole` writes beside a file until it takes its place: the name of the file and eight letters.
TEMPORARY = re.compile(rf"\.({'|'.join(map(re.escape, OURS))})\.[a-z0-9_]{{8}}")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder if it is not there, and let one run at a time write to it.

    Raises OutputError if it cannot be made or another run has it. Where the system has no locks (Windows), none is
    taken.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            yield
    except BlockingIOError as err:
        raise OutputError(f"Another run publishes to it: {folder}", "try again when that one has ended") from err
    except FileExistsError as err:
        raise OutputError(f"Not a folder: {folder}", "name a folder: --site output/site") from err
    except OSError as err:
        raise OutputError(
            f"The archive cannot be written: {err.filename or folder}: {err.strerror or err}",
            "check free space and permissions; the reports that were there are unchanged",
        ) from err


def sweep(site: Site) -> None:
    """Clear up after a killed run: half a report is removed, a whole one takes its place. Raises OSError."""
    for folder in (site.folder, site.reports, *site.reports.glob("*/")):
        if folder.is_symlink():
            continue
        for path in folder.glob(".*"):
            if TEMPORARY.fullmatch(path.name) and not path.is_symlink() and path.is_file():
                path.unlink()
    for path in sorted(site.reports.glob(".*")):
        name = path.name.removeprefix(NEW).removeprefix(READY)
        if path.is_symlink() or not path.is_dir() or not KEY.fullmatch(name):
            continue
        if path.name.startswith(NEW):
            shutil.rmtree(path)
        elif path.name.startswith(READY):
            _settle(path, site.reports / name)


def add_report(site: Site, key: str, files: Mapping[str, str | bytes]) -> None:
    """Add a report, or replace the one with the same key: all of `files` (name -> content) or none. Raises OSError."""
    new, ready = site.reports / f"{NEW}{key}", site.reports / f"{READY}{key}"
    new.mkdir(parents=True)
    for name, content in files.items():
        with (new / name).open("wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
    _sync(new)
    new.rename(ready)
    _sync(site.reports)
    _settle(ready, site.reports / key)


def remove_report(site: Site, key: str) -> None:
    """Remove a report; a kill in between leaves one that the next run removes. Raises OSError."""
    doomed = site.reports / f"{NEW}{key}"
    (site.reports / key).rename(doomed)
    shutil.rmtree(doomed)


def _settle(ready: Path, place: Path) -> None:
    if place.exists():
        for path in sorted(ready.iterdir()):
            path.replace(place / path.name)
        ready.rmdir()
    else:
        ready.rename(place)
    _sync(place.parent)


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk; systems that cannot do that for folders do it themselves."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
