"""Know what is in the journal's folder without looking at it for every record."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from finops_router.telemetry.folders import WatchedFolder
from finops_router.telemetry.segment import SEALED

LOOK_EVERY_S = 1.0
REST = 50.0  # a look that takes long is had more seldom: one fiftieth of the time at most
REPORT_S, UNREAD_REPORT_S = 1.0, 60.0  # how soon another report of losses may follow, once the last one was read or not


class FolderUsage:
    """The bytes of sealed segments of all processes, as last looked at and as this process added since."""

    def __init__(self, folder: Path, monotonic: Callable[[], float]) -> None:
        self.sealed_bytes = 0
        self._monotonic = monotonic
        self._folder = folder
        self._next_look_s = 0.0
        self._last_report: Path | None = None
        self._last_report_s = float("-inf")
        self._watched = WatchedFolder(folder)

    def add(self, sealed_bytes: int) -> None:
        """Count a segment that this process sealed."""
        self.sealed_bytes += sealed_bytes

    def look(self) -> set[str]:
        """Look at every entry of the folder; return the names of the sealed segments without their suffix."""
        begin_s = self._monotonic()
        names: set[str] = set()
        total = 0
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 -- thousands of entries: no Path for each
                    if suffix == SEALED:
                        names.add(stem)
                        total += _size(entry)
        except OSError:
            total = 0  # no folder yet, or none to be listed: creating a segment will say so
        self.sealed_bytes = total
        end_s = self._monotonic()
        self._next_look_s = end_s + max(LOOK_EVERY_S, REST * (end_s - begin_s))
        return names

    def is_look_due(self) -> bool:
        """Return whether the last look is long enough ago."""
        return self._monotonic() >= self._next_look_s

    def generation(self) -> int:
        """Return how often the folder was seen to be gone, or another one: what lay in it then is gone as well."""
        return self._watched.generation()

    def may_report(self) -> bool:
        """Return whether another report of losses may be written: not so many that nobody reads."""
        since_s = self._monotonic() - self._last_report_s
        unread = self._last_report is not None and self._last_report.exists()
        return since_s >= (UNREAD_REPORT_S if unread else REPORT_S)

    def reported(self, path: Path) -> None:
        """Remember the report that was written last."""
        self._last_report, self._last_report_s = path, self._monotonic()


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
