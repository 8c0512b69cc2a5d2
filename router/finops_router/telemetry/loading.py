"""Load what the journal holds into a sink: one try, for the background, a flush or `drain` alike."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from math import inf
from pathlib import Path

import msgspec

from finops_router.telemetry.config import CollectorConfig
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.losses import read_report
from finops_router.telemetry.segments import Loadable, file_bytes, loadable, only_loader
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import CollectorReport, Loaded, Sink, SinkError
from finops_router.telemetry.trouble import LOG_AGAIN_S, Trouble
from finops_router.telemetry.unread import Passed, Unread, known, remember, unread
from finops_router.telemetry.waiting import Waiting

__all__ = ["LOG_AGAIN_S", "LoadResult", "Loader", "load_once"]

OTHER_LOADS = "another process is loading"
STEP_S = 0.02  # between two looks whether the other loader is done
TURN_BYTES = 64 * 2**20  # what the background loads at a time, so that a program that ends need not wait long for it
PASSED_OVER_HINT = "look at it: whatever else the journal holds is loaded without it"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one try brought in; `error` says why nothing (more) could be loaded, empty if all went well.

    `left_out` says of entries of the journal why they could not be read; all others were.
    """

    loaded: Loaded
    error: str = ""
    hint: str = ""
    left_out: tuple[str, ...] = ()
    is_more: bool = False


def load_once(
    sink: Sink, folder: Path, waiting: Waiting, most_bytes: float = inf, asked: Collection[str] = ()
) -> LoadResult:
    """Load sealed and orphaned segments of `folder` into `sink`, then delete them; never raises for what may pass.

    At most about `most_bytes` are loaded; `is_more` says whether more is waiting. While somebody else is loading, wait
    for them as for the database: what they bring in counts as theirs. `asked` are segments that are gone: whether the
    sink has them is among what was loaded.
    """
    try:
        if not folder.is_dir():
            return _asked(sink, waiting, asked)
        for _ in waiting.looks(STEP_S, STEP_S):
            with only_loader(folder) as mine:
                if mine:
                    return _load(sink, folder, waiting, most_bytes, asked)
    except OSError as err:
        if isinstance(err, FileNotFoundError) and not os.path.lexists(folder):
            return _asked(sink, waiting, asked)  # it was renamed or removed since
        return LoadResult(Loaded(), str(err), f"check {folder}, its permissions and the space on its disk")
    return LoadResult(Loaded(), OTHER_LOADS, "records wait in the journal until it is done")


def _asked(sink: Sink, waiting: Waiting, asked: Collection[str]) -> LoadResult:
    """Have the sink say what it has of segments, with nothing to load."""
    try:
        return LoadResult(sink.load((), (), waiting, None, asked) if asked else Loaded())
    except SinkError as err:
        return LoadResult(Loaded(), err.message, err.hint)


def _load(sink: Sink, folder: Path, waiting: Waiting, most_bytes: float, asked: Collection[str]) -> LoadResult:
    found = loadable(folder)
    reports = _reports(found)
    passed, before = tuple(found.left_out), known(folder)
    segments = _first(_readable_first(found.segments, before), most_bytes)
    if not (found.segments or reports or asked) and passed == before:
        return LoadResult(Loaded(), left_out=_texts(passed))  # the database is not even opened
    try:
        loaded = sink.load(segments, list(reports.values()), waiting, Passed(str(folder.absolute()), passed), asked)
    except SinkError as err:
        return LoadResult(err.loaded, err.message, err.hint, _texts((*passed, *err.loaded.left_out)))
    if (unreadable := (*passed, *loaded.left_out)) != before:
        remember(folder, unreadable)
    kept = [one for path in (*loaded.finished, *reports) for one in _deleted(path)]
    is_more = len(segments) < len(found.segments) and bool(loaded.finished)  # else it would be the same ones at once
    return LoadResult(loaded, left_out=_texts((*unreadable, *kept)), is_more=is_more)


def _texts(left_out: Iterable[Unread]) -> tuple[str, ...]:
    return tuple(map(str, left_out))


def _readable_first(segments: list[Path], before: tuple[Unread, ...]) -> list[Path]:
    """Return the segments in order, but last those that could not be read before: they keep no others waiting."""
    unreadable = {one.entry for one in before}
    return sorted(segments, key=lambda segment: segment.name in unreadable)


def _first(segments: list[Path], most_bytes: float) -> list[Path]:
    """Return the first segments, up to the one that makes it `most_bytes`."""
    if most_bytes == inf:
        return segments
    size = 0
    for number, segment in enumerate(segments, 1):
        size += file_bytes(segment)
        if size >= most_bytes:
            return segments[:number]
    return segments


def _reports(found: Loadable) -> dict[Path, CollectorReport]:
    reports = {}
    for path in found.losses:
        try:
            read = read_report(path)
        except (OSError, msgspec.MsgspecError) as error:
            found.left_out.append(unread(path, str(error)))
            continue
        reports[path] = CollectorReport(
            name=path.name,
            at_us=read.timestamp_us,
            host=read.host,
            pid=read.pid,
            recorded=read.recorded,
            dropped=read.dropped,
            note=read.note,
        )
    return reports


def _deleted(path: Path) -> list[Unread]:
    """Delete what is loaded, or return why that is not allowed: then it stays, and is passed over the next time."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return [unread(path, f"it is loaded and cannot be deleted: {error.strerror}")]
    return []


class Loader:
    """One collector's loads: what of its records has arrived, and what went wrong last.

    `clock` gives seconds since 1970-01-01 UTC, `monotonic` those of a steady clock.
    """

    def __init__(
        self,
        config: CollectorConfig,
        journal: Journal,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.loaded = self.quarantined = 0
        self.own_quarantined = 0
        self.last_load_at_s: float | None = None
        self.last_error: str | None = None
        self._config, self._journal = config, journal
        self._clock, self._monotonic, self._sleep = clock, monotonic, sleep
        # Its library is imported here, not by the thread beside the application: a fork during an import would hang.
        self._sink = sink_at(config.db) if config.load else None
        self._next_load_s = monotonic() + config.load_s
        self._trouble = Trouble(monotonic)
        self._loading = threading.Lock()

    def load_if_due(self) -> None:
        """Load if the last regular load was long enough ago, or brought in so much that more is waiting."""
        if self._config.load and self._monotonic() >= self._next_load_s:
            is_more = self._load(0.0, TURN_BYTES)
            self._next_load_s = self._monotonic() + (0.0 if is_more else self._config.load_s)

    def load(self, patience_s: float) -> None:
        """Load all that is sealed; waits for others, and for another thread, at most `patience_s` seconds each."""
        self._load(patience_s, inf)

    def _load(self, patience_s: float, most_bytes: float) -> bool:
        """Load once, one thread at a time; return whether more is waiting."""
        if not self._loading.acquire(timeout=max(patience_s, 0.0)):
            self.last_error = "another thread is loading"
            return False
        try:
            return self._load_now(patience_s, most_bytes)
        finally:
            self._loading.release()

    def _load_now(self, patience_s: float, most_bytes: float) -> bool:
        self._journal.report_losses()
        sink = self._sink = self._sink or sink_at(self._config.db)
        waiting = Waiting(patience_s, self._monotonic, self._sleep)
        gone = self._journal.gone()
        result = load_once(sink, self._config.folder, waiting, most_bytes, tuple(gone))
        self._count(result.loaded)
        if result.error:
            self.last_error = result.error
            if result.error != OTHER_LOADS:  # which is no trouble: they load what is ours as well
                self._trouble.report(f"telemetry stays in the journal for now: {result.error}; {result.hint}")
        else:
            if self._journal.settle(gone, result.loaded.known):
                self._trouble.report(self._journal.last_error or "")
            self.last_error = _passed_over(result.left_out) or None
            self.last_load_at_s = self._clock()
            if self.last_error:
                self._trouble.report(f"{self.last_error}; {PASSED_OVER_HINT}")
        return result.is_more

    def _count(self, loaded: Loaded) -> None:
        self.loaded += loaded.records
        self.quarantined += loaded.quarantined
        own = {path.stem for path in loaded.finished if self._journal.is_own(path.stem)}
        self.own_quarantined += sum(lines for name, lines in loaded.set_aside if name in own)
        self._journal.arrived(own)


def _passed_over(left_out: tuple[str, ...]) -> str:
    if not left_out:
        return ""
    more = f" and {len(left_out) - 1} more" if len(left_out) > 1 else ""
    return f"the journal holds what cannot be read: {left_out[0]}{more}"
