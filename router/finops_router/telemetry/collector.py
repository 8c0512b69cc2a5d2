"""Offer applications the whole of telemetry: record, flush, close, and what became of the records."""

from __future__ import annotations

import atexit
import os
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from finops_router.records import Record
from finops_router.telemetry.codec import encode_into, encode_lines
from finops_router.telemetry.config import CollectorConfig, Stats
from finops_router.telemetry.journal import SEAL_REQUEST, Journal
from finops_router.telemetry.loading import Loader
from finops_router.telemetry.trouble import Trouble
from finops_router.telemetry.wake import Wake
from finops_router.telemetry.worker import Worker

BEAT_S, SLOW_BEAT_S = 0.1, 0.5  # how often the background looks whether something is to be done
# Lines to encode into: a new one for every record costs more, at times much more. A call that is interrupted by another
# has taken its own out of the list; one that fails puts an empty one in its place.
_lines: list[bytearray] = []
_take_line, _give_line = _lines.pop, _lines.append
EXIT_WAITS_S = 5.0  # at the end of the program, for a load that is under way


class TelemetryCollector:
    """Record requests, attempts and guardrail decisions without waiting; load them in the background.

    Usable as `with` and `async with`, from any thread, across forks, in signal handlers and finalizers. No method but
    `flush` and `close` waits for anything, and none raises into the caller because telemetry has trouble.
    `clock` gives seconds since 1970-01-01 UTC; `monotonic` and `sleep` measure and spend waiting time.
    """

    def __init__(
        self,
        where: str | Path | CollectorConfig,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.config = where if isinstance(where, CollectorConfig) else CollectorConfig(Path(where))
        self._clock, self._monotonic, self._sleep = clock, monotonic, sleep
        self._journal = Journal(
            self.config.folder,
            self.config.segment_bytes,
            self.config.max_journal_bytes,
            self.config.fsync,
            clock,
            monotonic,
        )
        self._journal.usage.look()
        self._seen_request_ns = self._seal_request_ns()
        self._workers: list[Worker] = []
        self._begin()

    def record(self, record: Record) -> None:
        """Keep one finished request, one attempt at a provider, or one guardrail decision."""
        try:
            line = _take_line()
            encode_into(record, line)
            line += b"\n"
            self._journal.write(line)
            _give_line(line)
        except Exception:  # the segment is full, all lines are in use, or whatever a caller put into a record
            self._keep(record)

    record_attempt = record_guardrail = record

    def _keep(self, record: Record) -> None:
        try:
            line = encode_lines((record,))
        except Exception as err:
            self._journal.drop(f"a record cannot be encoded: {err}")
        else:
            self._journal.keep(line)
        _give_line(bytearray())

    def flush(self, patience_s: float = 10.0) -> Stats:
        """Seal and load everything recorded so far; waits for a busy database at most `patience_s` seconds."""
        self._outliving(self._journal.seal)
        self._loader.load(patience_s)
        return self.stats()

    def close(self, patience_s: float = 10.0) -> Stats:
        """Stop the background, seal, load; what cannot be loaded in time stays in the journal for the next one.

        What is recorded later, by calls that are still under way, is kept and loaded as well: the background begins
        again with it.
        """
        self._journal.untended = self._begin_again
        _collectors.discard(self)
        self._stop(patience_s)
        self._outliving(self._journal.close)
        if self.config.load:
            self._loader.load(patience_s)
        self._journal.report_losses()
        return self.stats()

    def can_record(self) -> bool:
        """Return whether what is recorded now is kept: its journal is at its place, and has room or gets it."""
        return self._journal.can_keep()

    def stats(self) -> Stats:
        """Return what became of the records; cheap enough to be read by a health check."""
        self._look()
        pending = self._journal.pending()
        recorded, quarantined = self._journal.recorded, self._loader.own_quarantined
        return Stats(
            recorded=recorded,
            loaded=max(recorded - pending - quarantined, 0),
            pending=pending,
            dropped=self._journal.dropped,
            quarantined=quarantined,
            journal_bytes=self._journal.used_bytes(),
            last_load_at_s=self._loader.last_load_at_s,
            last_error=self._loader.last_error or self._journal.last_error,
        )

    def __enter__(self) -> TelemetryCollector:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> TelemetryCollector:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        import asyncio  # noqa: PLC0415 -- there already in a program that gets here; others need not load it

        await asyncio.to_thread(self.close)

    def _begin(self) -> None:
        """Begin with nothing loaded and a background of one's own: in a new collector, and again in a forked child."""
        self._trouble = Trouble(self._monotonic)
        self._loader = Loader(self.config, self._journal, self._clock, self._monotonic, self._sleep)
        self._workers = []
        self._journal.untended = self._begin_again
        self._start_workers()

    def _start_workers(self) -> None:
        """Start the background: one thread has a segment ready, one waits for the disk, one for the database."""
        _collectors.add(self)
        workers: list[Worker] = []
        try:
            workers.append(Worker(self._tend, self._journal.needs_spare, BEAT_S, self._report))
            workers.append(Worker(self._seal, self._journal.needs_seal, SLOW_BEAT_S, self._report))
            if self.config.load:
                workers.append(Worker(self._loader.load_if_due, Wake(), self._load_beat_s(), self._report))
        except RuntimeError as error:  # no thread can be started here and now: record() and flush() do the work
            for worker in workers:
                worker.stop(0.0)
            self._report(error)
        else:
            self._workers += workers
            self._journal.untended = None

    def _load_beat_s(self) -> float:
        return min(max(self.config.load_s / 10, BEAT_S), SLOW_BEAT_S)

    def _begin_again(self) -> None:
        """Somebody records and there is no background: begin one, or do its work."""
        self._start_workers()
        if self._journal.untended is not None:
            self._outliving(lambda: self._journal.finish_full(0.0))

    def _tend(self) -> None:
        """A turn in the background: keep a spare segment ready, retire segments by age and on request."""
        for step in (self._journal.prepare_spare, self._retire_if_due):
            self._outliving(step)
        if self._journal.free_memory():
            self._journal.needs_seal.ring()

    def _seal(self) -> None:
        """A turn that may wait for the disk: seal what is full or retired, and look what is waiting."""
        for step in (self._journal.finish_full, self._look_if_due):
            self._outliving(step)
        self._journal.report_losses(at_once=False)

    def _look_if_due(self) -> None:
        if self._journal.usage.is_look_due():
            self._look()

    def _look(self) -> None:
        """Look at the folder; what is gone from it is asked about by each load, and judged here if none is made."""
        if self.config.load:
            self._journal.usage.look()
        elif self._journal.settle_by_files():
            self._trouble.report(self._journal.last_error or "")

    def _outliving(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # one step that fails must not keep the others from being done
            self._report(error)

    def _report(self, error: Exception) -> None:
        self._journal.last_error = str(error) or repr(error)
        self._trouble.report(f"telemetry has trouble and goes on: {error!r}")

    def _retire_if_due(self) -> None:
        if self._seal_is_due():
            self._journal.retire()

    def _seal_is_due(self) -> bool:
        since_s = self._journal.oldest_s()
        if since_s is None:
            return False
        if self._clock() - since_s >= self.config.segment_s or self._clock() < since_s:
            return True
        asked_ns = self._seal_request_ns()
        fresh, self._seen_request_ns = asked_ns != self._seen_request_ns, asked_ns
        return fresh

    def _seal_request_ns(self) -> int:
        """Return when somebody last asked all writers to seal; 0 if nobody ever did."""
        try:
            return (self.config.folder / SEAL_REQUEST).stat().st_mtime_ns
        except OSError:
            return 0

    def _stop(self, patience_s: float) -> None:
        """End the background: at the end of the program a thread within the database would abort it."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.stop(patience_s)

    def _after_fork(self) -> None:
        self._journal.abandon()
        self._begin()


_collectors: weakref.WeakSet[TelemetryCollector] = weakref.WeakSet()


def _restart_in_child() -> None:
    for collector in list(_collectors):
        collector._after_fork()


def _stop_at_exit() -> None:
    for collector in list(_collectors):
        collector._stop(EXIT_WAITS_S)


os.register_at_fork(after_in_child=_restart_in_child)
atexit.register(_stop_at_exit)
