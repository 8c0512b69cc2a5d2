"""Share counters of keys between the workers of a host: a file mapped into the memory of each, under one lock.

A look at it takes microseconds, so it is exact and not an estimate that workers agree on now and then. The kernel lets
go of the lock if its holder dies, and each counter is written whole, so nothing has to be repaired. The file has holes:
only keys in use take space.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finops_router.errors import ConfigError
from finops_router.gateway.limits.window import SECONDS
from finops_router.gateway.locked_file import lock, unlock

MOST_KEYS = 16_384
MOST_WORKERS = 256
ID_BYTES = 40  # its length, then an id in UTF-8
WORDS = 1 + 2 * SECONDS + MOST_WORKERS  # of 8 bytes: the last second, requests, tokens, calls of each worker
RECORD_BYTES = ID_BYTES + 8 * WORDS
FORMAT = f"counters-{RECORD_BYTES}"  # other workers that have another layout have another file


class Record:
    """The counters of one key: `requests` and `tokens` by second, `calls` under way by worker."""

    __slots__ = ("_head", "calls", "requests", "tokens")

    def __init__(self, words: memoryview[int]) -> None:
        self._head = words[:1]
        self.requests, self.tokens = words[1 : 1 + SECONDS], words[1 + SECONDS : 1 + 2 * SECONDS]
        self.calls = words[1 + 2 * SECONDS :]

    @property
    def last_s(self) -> int:
        """The last second that was counted, since 1970 UTC."""
        return self._head[0]

    @last_s.setter
    def last_s(self, value: int) -> None:
        self._head[0] = value


class SharedCounters:
    """The counters in `folder`, which is made; this process takes a place among its workers, `worker`.

    Raises ConfigError if all places are taken, OSError if the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.worker, self._seat = self._take_seat()
        self._handle = os.open(folder / FORMAT, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._handle, MOST_KEYS * RECORD_BYTES)
        self._memory = mmap.mmap(self._handle, MOST_KEYS * RECORD_BYTES)
        self._bytes = memoryview(self._memory)
        self._places: dict[str, tuple[int, Record]] = {}
        with self.locked():
            self._forget_calls_of(self.worker)  # of whoever sat here before

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else count until the block ends; it must not wait for anything."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def record(self, key_id: str) -> Record:
        """Return the counters of a key, zeros if it is new; only while locked."""
        name = _name(key_id)
        place, record = self._places.get(key_id, (-1, None))
        if record is not None and self._bytes[place : place + ID_BYTES] == name:
            return record
        for place in range(0, MOST_KEYS * RECORD_BYTES, RECORD_BYTES):
            found = bytes(self._bytes[place : place + ID_BYTES])
            if found == name:
                break
            if not found[0]:
                self._bytes[place : place + ID_BYTES] = name
                break
        else:
            raise ConfigError(
                f"More than {MOST_KEYS} keys with limits", "stop the gateway and remove its folder of limits"
            )
        record = Record(self._bytes[place + ID_BYTES : place + RECORD_BYTES].cast("q"))
        self._places[key_id] = (place, record)
        return record

    def forget_the_dead(self, record: Record) -> bool:
        """Take back the calls of dead workers that `record` counts; return if there were some. Only while locked."""
        others = (worker for worker, calls in enumerate(record.calls) if calls and worker != self.worker)
        return any([self._forget_if_dead(worker) for worker in others])  # noqa: C419 -- all, not until one

    def close(self) -> None:
        """Take back the calls of this worker and give up its place."""
        with self.locked():
            self._forget_calls_of(self.worker)
        unlock(self._seat)
        os.close(self._handle)

    def _forget_if_dead(self, worker: int) -> bool:
        seat = self._folder / f"worker-{worker}"
        if not seat.exists() or (handle := lock(seat)) is None:
            return False
        self._forget_calls_of(worker)
        unlock(handle)
        return True

    def _forget_calls_of(self, worker: int) -> None:
        at = ID_BYTES + 8 * (1 + 2 * SECONDS + worker)
        for place in range(0, MOST_KEYS * RECORD_BYTES, RECORD_BYTES):
            if not self._bytes[place]:
                break
            self._bytes[place + at : place + at + 8] = bytes(8)

    def _take_seat(self) -> tuple[int, int]:
        for worker in range(MOST_WORKERS):
            handle = lock(self._folder / f"worker-{worker}")
            if handle is not None:
                return worker, handle
        raise ConfigError(f"More than {MOST_WORKERS} workers of a gateway on this host", "start fewer")


def _name(key_id: str) -> bytes:
    name = key_id.encode("utf-8")
    return bytes((len(name),)) + name.ljust(ID_BYTES - 1, b"\0")
