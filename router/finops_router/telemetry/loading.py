"""Load what the journal holds into a sink: one try, for the background, a flush or `drain` alike."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from finops_router.telemetry.config import CollectorConfig
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.segments import loadable, only_loader
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import CollectorReport, Loaded, Sink, SinkError
from finops_router.telemetry.waiting import Waiting

log = logging.getLogger("finops_router.telemetry")
STEP_S = 0.02  # between two looks whether the other loader is done
LOG_AGAIN_S = 60.0  # a lasting trouble is logged this often


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one try brought in; `error` says why nothing (more) could be loaded, empty if all went well."""

    loaded: Loaded
    error: str = ""
    hint: str = ""


def load_once(sink: Sink, folder: Path, report: CollectorReport, waiting: Waiting) -> LoadResult:
    """Load all sealed and orphaned segments of `folder` into `sink`, then delete them; never raises for what may pass.

    While somebody else is loading, wait for them as for the database: what they bring in counts as theirs.
    """
    if not folder.is_dir():
        return LoadResult(Loaded())
    try:
        for _ in waiting.looks(STEP_S, STEP_S):
            with only_loader(folder) as mine:
                if mine:
                    return LoadResult(_load(sink, folder, report, waiting))
    except SinkError as err:
        return LoadResult(Loaded(), err.message, err.hint)
    except OSError as err:
        return LoadResult(Loaded(), str(err), f"check {folder}, its permissions and the space on its disk")
    return LoadResult(Loaded(), "another process is loading", "records wait in the journal until it is done")


def _load(sink: Sink, folder: Path, report: CollectorReport, waiting: Waiting) -> Loaded:
    segments = loadable(folder)
    if not segments and not (report.dropped or report.note):
        return Loaded()  # the database is not even opened
    loaded = sink.load(segments, report, waiting)
    for segment in segments:
        segment.unlink(missing_ok=True)
    return loaded


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
        self.last_load_at_s: float | None = None
        self.last_error: str | None = None
        self._config, self._journal = config, journal
        self._clock, self._monotonic, self._sleep = clock, monotonic, sleep
        # Its library is imported here, not by the thread beside the application: a fork during an import would hang.
        self._sink = sink_at(config.db) if config.load else None
        self._reported_dropped = 0
        self._next_load_s = monotonic() + config.load_s
        self._next_log_s = monotonic()
        self._loading = threading.Lock()

    def load_if_due(self) -> None:
        """Load if the last regular load was long enough ago; waits for nobody."""
        if self._config.load and self._monotonic() >= self._next_load_s:
            self.load(0.0)
            self._next_load_s = self._monotonic() + self._config.load_s

    def load(self, patience_s: float) -> None:
        """Load what is sealed, one thread at a time; waits for a busy database at most `patience_s` seconds."""
        with self._loading:
            sink = self._sink = self._sink or sink_at(self._config.db)
            report = self._report()
            waiting = Waiting(patience_s, self._monotonic, self._sleep)
            result = load_once(sink, self._config.folder, report, waiting)
            self.loaded += result.loaded.records
            self.quarantined += result.loaded.quarantined
            self.last_error = result.error or None
            if result.error:
                self._log(result)
                return
            self._reported_dropped += report.dropped
            self.last_load_at_s = self._clock()

    def _report(self) -> CollectorReport:
        """Return what was lost since the last load that went well."""
        dropped = self._journal.dropped - self._reported_dropped
        return CollectorReport(self._journal.recorded, dropped, (self._journal.last_error or "") if dropped else "")

    def _log(self, result: LoadResult) -> None:
        if self._monotonic() >= self._next_log_s:
            self._next_log_s = self._monotonic() + LOG_AGAIN_S
            log.warning("telemetry stays in the journal for now: %s; %s", result.error, result.hint)
