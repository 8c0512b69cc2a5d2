"""Draw the figures anew while somebody looks, each for those who may see them, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from finops_report.errors import DatabaseError
from finops_report.live.drawing import figures, frame
from finops_report.live.folder import LiveFolder
from finops_report.live.plan import Plan
from finops_report.live.words import Words, words
from finops_report.warehouse.live import BusyError, LiveReader
from finops_report.wording.conventions import written_as

LOOK_S = 0.25  # how often it looks whether somebody looks
EVERY_S = 2.0
SHARE = 9  # it rests so many times as long as it worked: at most a tenth of a processor is its own
WATCHED_S = 8.0  # workers say it every two seconds as long as somebody looks
MOST_FAILOVERS = 10


class Painter:
    """Draws the page of `plan` from the database at `db` into `folder`, until it is closed.

    `load` brings in what workers have recorded so far, without waiting. `clock` gives seconds since 1970-01-01 UTC,
    `monotonic` those of a steady clock, `worked` those that this thread kept a processor busy; `say` tells the
    operator. Raises OSError if the folder cannot be written.
    """

    def __init__(
        self,
        plan: Plan,
        db: Path,
        folder: Path,
        load: Callable[[], object],
        say: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self._plan, self._load, self._say = plan, load, say
        self._clock, self._monotonic, self._worked = clock, monotonic, worked
        self._reader, self._folder = LiveReader(db), LiveFolder(folder)
        self._closing = threading.Event()
        self._words: dict[str | None, Words] = {}  # by the team they are of; None: of all
        self._next_s = monotonic()
        self._said = ""
        self._thread = threading.Thread(target=self._run, name="finops-live", daemon=True)

    def start(self) -> None:
        """Draw the page once, then whenever somebody looks."""
        self._folder.clear()
        self.take(self._plan)
        self._thread.start()

    def take(self, plan: Plan) -> None:
        """Go on with another plan."""
        self._plan = plan
        with written_as(plan.conventions):
            self._folder.put_frame(frame(plan))

    def close(self) -> None:
        """End; what is being read is broken off."""
        self._closing.set()
        self._reader.stop()
        if self._thread.is_alive():
            self._thread.join()
        self._folder.clear()

    def __enter__(self) -> Painter:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def turn(self) -> None:
        """Draw if it is time to, and somebody looks or there is nothing to look at yet."""
        is_first, began_s = not self._words, self._worked()
        if self._monotonic() < self._next_s or not (watchers := self._watchers(is_first)):
            return
        try:
            self._draw(watchers)
        except BusyError:
            return  # soon again
        except Exception as error:  # whatever it is, requests are served and recorded all the same
            self._tell(f"the live page has trouble and goes on: {error}")
        rest_s = 0.0 if is_first else SHARE * (self._worked() - began_s)  # the first time, all is loaded for it, too
        self._next_s = self._monotonic() + max(EVERY_S, rest_s)

    def _run(self) -> None:
        while not self._closing.wait(LOOK_S):
            self.turn()

    def _watchers(self, is_first: bool) -> list[str | None]:
        """Return whose pages are looked at: of teams, None for that of all, drawn for nobody the first time."""
        now_s = self._clock()
        found = list(self._folder.watchers(now_s - WATCHED_S, now_s + WATCHED_S))
        return [None, *found] if is_first and None not in found else found

    def _draw(self, watchers: Sequence[str | None]) -> None:
        """Draw the figures of this moment for each of `watchers`. Raises BusyError."""
        if self._words:
            self._load()
        self._words = {team: words for team, words in self._words.items() if team is None or team in watchers}
        for team in watchers:
            self._draw_for(self._plan if team is None else self._plan.of_team(team), round(self._clock() * 1e6))

    def _draw_for(self, plan: Plan, now_us: int) -> None:
        """Draw the page of `plan`, or say on what it was before why there are no newer figures. Raises BusyError."""
        moments, spans, before = plan.moments(now_us), plan.spans(now_us), self._words.get(plan.team)
        with written_as(plan.conventions):
            try:
                rows = self._reader.read(moments, plan.budgets, spans, MOST_FAILOVERS, plan.team)
                drawn = words(plan, moments, spans, rows)
            except DatabaseError as error:
                if before is None:
                    raise
                drawn = replace(before, trouble=error.message)
            self._folder.put_figures(figures(drawn), plan.team)
        self._words[plan.team] = drawn

    def _tell(self, what: str) -> None:
        """Tell the operator, once as long as it stays the same."""
        if what != self._said and not self._closing.is_set():
            self._said = what
            self._say(what)
