"""Leave the page where workers find it, and see whether they say that somebody looks.

The names stand in finops_router.gateway.live as well: the two halves meet in these files.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from finops_report.live.drawing import Frame

PAGE, POLICY, FIGURES, WATCHED = "page.html", "policy.txt", "figures.html", "watched"


class LiveFolder:
    """The files of the live page in `folder`, which is made. Raises OSError if that cannot be written."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def put_frame(self, frame: Frame) -> None:
        """Replace the page; its policy first, so that no page stands beside one that allows it less."""
        self._put(POLICY, frame.policy)
        self._put(PAGE, frame.html)

    def put_figures(self, html: str) -> None:
        """Replace the figures, whole or not at all."""
        self._put(FIGURES, html)

    def watched_s(self) -> float | None:
        """Return when somebody last looked, in seconds since 1970 UTC; None if nobody ever did."""
        try:
            return (self._folder / WATCHED).stat().st_mtime
        except OSError:
            return None

    def clear(self) -> None:
        """Remove the page: what is left behind would be taken for today's."""
        for name in (PAGE, POLICY, FIGURES, WATCHED):
            with suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)

    def _put(self, name: str, text: str) -> None:
        """Nothing is forced to disk: after a power cut it is drawn anew."""
        new = self._folder / f"{name}.{os.getpid()}.new"
        new.write_text(text, encoding="utf-8")
        new.replace(self._folder / name)
