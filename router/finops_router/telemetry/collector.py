"""Offer applications the whole of telemetry: record, flush, close, and what became of the records."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from finops_router.records import AttemptRecord, GuardrailRecord, Record, RequestRecord
from finops_router.telemetry.codec import encode
from finops_router.telemetry.config import CollectorConfig, Stats
from finops_router.telemetry.journal import SEAL_REQUEST, Journal
from finops_router.telemetry.loading import Loader

BEAT_S = 0.1  # how often the background looks whether something is to be done


class TelemetryCollector:
    """Record requests, attempts and guardrail decisions without waiting; load them in the background.

    Usable as `with` and `async with`, from any thread, across forks. No method but `flush` and
    `close` waits for anything, and none raises into the caller because telemetry has trouble.
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
        )
        self._seen_request_ns = self._seal_request_ns()
        _collectors.add(self)
        self._start()

    def record(self, record: RequestRecord) -> None:
        """Keep one finished request."""
        self._keep(record)

    def record_attempt(self, record: AttemptRecord) -> None:
        """Keep one try at a provider."""
        self._keep(record)

    def record_guardrail(self, record: GuardrailRecord) -> None:
        """Keep one guardrail decision."""
        self._keep(record)

    def _keep(self, record: Record) -> None:
        try:
            line = encode(record)
        except Exception as err:  # whatever a caller put into a record must not fail its request
            self._journal.drop(f"a record cannot be encoded: {err}")
            return
        self._journal.append(line)

    def flush(self, patience_s: float = 10.0) -> Stats:
        """Seal and load everything recorded so far; waits for a busy database at most `patience_s` seconds."""
        self._journal.seal()
        self._loader.load(patience_s)
        return self.stats()

    def close(self, patience_s: float = 10.0) -> Stats:
        """Stop the background, seal, load; what cannot be loaded in time stays in the journal for the next one."""
        self._stop.set()
        self._journal.needs_spare.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(patience_s)
        self._journal.close()
        if self.config.load:
            self._loader.load(patience_s)
        _collectors.discard(self)
        return self.stats()

    def stats(self) -> Stats:
        """Return what became of the records; cheap enough to be read by a health check."""
        recorded, loaded, quarantined = self._journal.recorded, self._loader.loaded, self._loader.quarantined
        return Stats(
            recorded=recorded,
            loaded=loaded,
            pending=max(recorded - loaded - quarantined, 0),
            dropped=self._journal.dropped,
            quarantined=quarantined,
            journal_bytes=self._journal.bytes_on_disk() if self.config.folder.is_dir() else 0,
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

    def _start(self) -> None:
        """Begin with nothing loaded and a background of one's own: in a new collector, and again in a forked child."""
        self._loader = Loader(self.config, self._journal, self._clock, self._monotonic, self._sleep)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="telemetry", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        """The background: keep a spare segment ready, seal what is full, by age and on request, load now and then."""
        while not self._stop.is_set():
            self._journal.prepare_spare()
            self._journal.finish_full()
            self._journal.needs_spare.wait(BEAT_S)
            if self._seal_is_due():
                self._journal.seal()
            self._loader.load_if_due()

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

    def _after_fork(self) -> None:
        self._journal.forget_parent()
        self._start()


_collectors: weakref.WeakSet[TelemetryCollector] = weakref.WeakSet()


def _restart_in_child() -> None:
    for collector in list(_collectors):
        collector._after_fork()


os.register_at_fork(after_in_child=_restart_in_child)
