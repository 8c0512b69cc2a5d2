"""Leave the pages where workers find them, and see who they say is looking: everybody's page, and one for each team.

The names stand in finops_router.gateway.live as well: the two halves meet in these files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from finops_report.live.drawing import Frame

PAGE, POLICY, FIGURES, WATCHED, TEAMS = "page.html", "policy.txt", "figures.html", "watched", "teams"
LONGEST_NAME = 4096  # bytes of a team's name that are read


def place_of(folder: Path, team: str | None) -> Path:
    """Return where the figures of a team are, None for those of all; a name may hold what no path may."""
    return folder if team is None else folder / TEAMS / hashlib.sha256(team.encode("utf-8", "replace")).hexdigest()


class LiveFolder:
    """The files of the live page in `folder`, which is made. Raises OSError if that cannot be written."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def put_frame(self, frame: Frame) -> None:
        """Replace the page; its policy first, so that no page stands beside one that allows it less."""
        self._put(self._folder / POLICY, frame.policy)
        self._put(self._folder / PAGE, frame.html)

    def put_figures(self, html: str, team: str | None = None) -> None:
        """Replace the figures of a team, or those of all, whole or not at all."""
        self._put(place_of(self._folder, team) / FIGURES, html)

    def watchers(self, since_s: float, until_s: float) -> Iterator[str | None]:
        """Yield the teams whose page somebody looked at in this time (seconds since 1970 UTC), None for that of all."""
        if _is_within(self._folder / WATCHED, since_s, until_s):
            yield None
        for watched in sorted((self._folder / TEAMS).glob(f"*/{WATCHED}")):
            if _is_within(watched, since_s, until_s) and (team := self._team(watched)) is not None:
                yield team

    def clear(self) -> None:
        """Remove the pages: what is left behind would be taken for today's."""
        for name in (PAGE, POLICY, FIGURES, WATCHED):
            with suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)
        shutil.rmtree(self._folder / TEAMS, ignore_errors=True)

    def _team(self, watched: Path) -> str | None:
        """Return the team whose name a worker has left; None for another than the one that the place is for."""
        with suppress(OSError, UnicodeDecodeError), watched.open("rb") as file:
            name = file.read(LONGEST_NAME).decode("utf-8")
            if place_of(self._folder, name) == watched.parent:
                return name
        return None

    def _put(self, place: Path, text: str) -> None:
        """Nothing is forced to disk: after a power cut it is drawn anew."""
        new = place.with_name(f"{place.name}.{os.getpid()}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(place)


def _is_within(file: Path, since_s: float, until_s: float) -> bool:
    try:
        return since_s <= file.stat().st_mtime <= until_s
    except OSError:
        return False
