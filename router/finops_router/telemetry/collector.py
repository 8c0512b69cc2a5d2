"""Offer applications the whole of telemetry: record, flush, close, and what became of the records."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from finops_router.calls import AttemptRecord, GuardrailRecord, RequestRecord
from finops_router.telemetry.codec import Record, encode
from finops_router.telemetry.journal import SEAL_REQUEST, Fsync, Journal
from finops_router.telemetry.loading import load_once
from finops_router.telemetry.sinks.duckdb import Health, Waiting

log = logging.getLogger("finops_router.telemetry")
BEAT_S = 0.1  # how often the background looks whether something is to be done
COMPLAINT_S = 60.0  # a lasting trouble is logged this often


@dataclass(frozen=True, slots=True)
class CollectorConfig:
    """Where records go and what may be spent on them.

    `fsync`: 'seal' survives any death of the process, 'always' also a power cut, 'never' leaves it
    to the kernel. `load=False` only journals; another process or `finops-report drain` loads.
    """

    db: Path
    journal: Path | None = None
    segment_bytes: int = 8 * 2**20
    segment_s: float = 1.0
    load_s: float = 5.0
    max_journal_bytes: int = 2**30
    fsync: Fsync = "seal"
    load: bool = True

    @property
    def folder(self) -> Path:
        return self.journal or journal_folder(self.db)


def journal_folder(db: Path) -> Path:
    """The journal of a database: a folder beside it."""
    return db.with_name(db.name + ".journal")


@dataclass(frozen=True, slots=True)
class Stats:
    """What became of this collector's records; `pending` are recorded and not yet known to be loaded."""

    recorded: int
    loaded: int
    pending: int
    dropped: int
    quarantined: int
    journal_bytes: int
    last_load_at_s: float | None
    last_error: str | None


class TelemetryCollector:
    """Record requests, attempts and guardrail decisions without waiting; load them in the background.

    Usable as `with` and `async with`, from any thread, across forks. No method but `flush` and
    `close` waits for anything, and none raises into the caller because telemetry has trouble.
    """

    def __init__(self, where: str | Path | CollectorConfig, *, clock: Callable[[], float] = time.time) -> None:
        self.config = where if isinstance(where, CollectorConfig) else CollectorConfig(Path(where))
        self._clock = clock
        self._journal = Journal(
            self.config.folder,
            self.config.segment_bytes,
            self.config.max_journal_bytes,
            self.config.fsync,
            clock,
        )
        self._loaded = self._quarantined = self._said_dropped = 0
        self._last_load_at_s: float | None = None
        self._load_error: str | None = None
        self._complained_at_s = 0.0
        self._seen_request_ns = self._seal_request_ns()
        self._loading = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
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
        self._load(patience_s)
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
            self._load(patience_s)
        _collectors.discard(self)
        return self.stats()

    def stats(self) -> Stats:
        """What became of the records; cheap enough to be read by a health check."""
        recorded = self._journal.recorded
        return Stats(
            recorded=recorded,
            loaded=self._loaded,
            pending=max(recorded - self._loaded - self._quarantined, 0),
            dropped=self._journal.dropped,
            quarantined=self._quarantined,
            journal_bytes=self._journal.bytes_on_disk() if self.config.folder.is_dir() else 0,
            last_load_at_s=self._last_load_at_s,
            last_error=self._load_error or self._journal.last_error,
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
        await asyncio.to_thread(self.close)

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="telemetry", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        """The background: keep a spare segment ready, seal what is full, by age and on request, load now and then."""
        next_load_s = time.monotonic() + self.config.load_s
        while not self._stop.is_set():
            self._journal.prepare_spare()
            self._journal.finish_full()
            self._journal.needs_spare.wait(BEAT_S)
            if self._seal_is_due():
                self._journal.seal()
            if self.config.load and time.monotonic() >= next_load_s:
                self._load(0.0)
                next_load_s = time.monotonic() + self.config.load_s

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
        """When somebody last asked all writers to seal; 0 when nobody ever did."""
        try:
            return (self.config.folder / SEAL_REQUEST).stat().st_mtime_ns
        except OSError:
            return 0

    def _load(self, patience_s: float) -> None:
        with self._loading:
            dropped = self._journal.dropped
            health = Health(self._journal.recorded, dropped - self._said_dropped, self._journal.last_error or "")
            if not health.dropped:
                health = Health(self._journal.recorded)
            waiting = Waiting(patience_s, time.monotonic, time.sleep)
            attempted = load_once(self.config.db, self.config.folder, health, waiting)
            self._load_error = attempted.error or None
            self._loaded += attempted.loaded.records
            self._quarantined += attempted.loaded.quarantined
            if attempted.error:
                self._complain(attempted.error)
                return
            self._said_dropped = dropped
            self._last_load_at_s = self._clock()

    def _complain(self, error: str) -> None:
        now_s = time.monotonic()
        if now_s - self._complained_at_s >= COMPLAINT_S:
            self._complained_at_s = now_s
            log.warning("telemetry stays in the journal for now: %s", error)

    def _after_fork(self) -> None:
        self._journal.forget_parent()
        self._loaded = self._quarantined = self._said_dropped = 0
        self._loading, self._stop = threading.Lock(), threading.Event()
        self._start()


_collectors: weakref.WeakSet[TelemetryCollector] = weakref.WeakSet()


def _restart_in_child() -> None:
    for collector in list(_collectors):
        collector._after_fork()


os.register_at_fork(after_in_child=_restart_in_child)
