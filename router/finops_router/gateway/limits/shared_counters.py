"""Share counters of keys between the workers of a host: a file mapped into the memory of each, under one lock.

A look at it takes microseconds, so it is exact and not an estimate that workers agree on now and then. The kernel lets
go of the lock if its holder dies; what that had half counted is out of the window a minute later, and sums are made
anew every second. The file has holes: only keys in use take space.
"""

from __future__ import annotations

import mmap
import os
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from types import TracebackType

from finops_router.errors import ConfigError
from finops_router.gateway.limits.window import SECONDS, clear_passed
from finops_router.gateway.locked_file import lock, unlock
from finops_router.gateway.state.contract import StateLostError

HEAD = 3  # words
MOST_KEYS = 16_384
MOST_WORKERS = 256
ID_BYTES = 40  # its length, then an id in UTF-8
WORDS = HEAD + 2 * SECONDS + MOST_WORKERS  # of 8 bytes: head, requests, tokens, calls
RECORD_BYTES = ID_BYTES + 8 * WORDS
HEADER_BYTES = 8  # how many places of workers were ever taken
FILE_BYTES = HEADER_BYTES + MOST_KEYS * RECORD_BYTES
FORMAT = f"counters-{FILE_BYTES}"  # other workers that have another layout have another file


class Record:
    """The counters of one key: `requests` and `tokens` by second, `calls` under way by worker.

    `head` is the last second that was counted (since 1970 UTC), the sum of `requests` and that of `tokens`.
    """

    __slots__ = ("calls", "head", "requests", "tokens")

    def __init__(self, words: memoryview[int]) -> None:
        self.head = words[:HEAD]
        self.requests, self.tokens = words[HEAD : HEAD + SECONDS], words[HEAD + SECONDS : HEAD + 2 * SECONDS]
        self.calls = words[HEAD + 2 * SECONDS :]

    def count(self, second: int, requests: int, tokens: int) -> None:
        """Add to what happened in `second`, which is one of the window."""
        self.requests[second % SECONDS] += requests
        self.tokens[second % SECONDS] += tokens
        self.head[1] += requests
        self.head[2] += tokens

    def advance(self, now_s: int) -> int:
        """Let the newest second be `now_s` and return it.

        A clock that is a little behind, as that of another worker may be, counts as standing still; one that was set
        back by more than the window begins anew, or its key would be limited until it is there again.
        """
        last_s = self.head[0]
        if last_s - SECONDS < now_s <= last_s:
            return last_s
        if now_s < last_s:
            last_s = now_s - SECONDS
        self.head[1] = clear_passed(self.requests, last_s, now_s)
        self.head[2] = clear_passed(self.tokens, last_s, now_s)
        self.head[0] = now_s
        return now_s


class SharedCounters:
    """The counters in `folder`, which is made; this process takes a place among its workers, `worker`.

    Raises ConfigError if all places are taken, OSError if the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.worker, self._seat = self._take_seat()
        self._handle = os.open(folder / FORMAT, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._handle, FILE_BYTES)
        self._memory = mmap.mmap(self._handle, FILE_BYTES)
        self._bytes = memoryview(self._memory)
        self._workers = self._bytes[:HEADER_BYTES].cast("q")
        self._records: dict[str, Record] = {}  # their places never change
        with self:
            self._forget_calls_of(self.worker)  # of whoever sat here before
            self._workers[0] = max(self._workers[0], self.worker + 1)

    def __enter__(self) -> None:
        """Let nobody else count until the block ends; it must not wait for anything."""
        flock(self._handle, LOCK_EX)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        flock(self._handle, LOCK_UN)

    def record(self, key_id: str) -> Record:
        """Return the counters of a key, zeros if it is new; only while locked."""
        known = self._records.get(key_id)
        if known is not None:
            return known
        name = _name(key_id)
        for place in range(HEADER_BYTES, FILE_BYTES, RECORD_BYTES):
            found = bytes(self._bytes[place : place + ID_BYTES])
            if found == name:
                break
            if not found[0]:
                self._make_room(place)
                self._bytes[place : place + ID_BYTES] = name
                break
        else:
            raise ConfigError(
                f"More than {MOST_KEYS} keys with limits", "stop the gateway and remove its folder of limits"
            )
        record = Record(self._bytes[place + ID_BYTES : place + RECORD_BYTES].cast("q"))
        self._records[key_id] = record
        return record

    def calls(self, record: Record) -> int:
        """Return how many calls of a key are under way in all workers; only while locked."""
        return sum(record.calls[: self._workers[0]])

    def forget_the_dead(self, record: Record) -> bool:
        """Take back the calls of dead workers that `record` counts; return if there were some. Only while locked."""
        others = (worker for worker, calls in enumerate(record.calls) if calls and worker != self.worker)
        return any([self._forget_if_dead(worker) for worker in others])  # noqa: C419 -- all, not until one

    def close(self) -> None:
        """Take back the calls of this worker and give up its place."""
        with self:
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
        at = ID_BYTES + 8 * (HEAD + 2 * SECONDS + worker)
        for place in range(HEADER_BYTES, FILE_BYTES, RECORD_BYTES):
            if not self._bytes[place]:
                break
            self._bytes[place + at : place + at + 8] = bytes(8)

    def _make_room(self, place: int) -> None:
        """Let the file have a record at `place` without a hole: to write into one of a full disk kills a process."""
        if not hasattr(os, "posix_fallocate"):
            return
        try:
            os.posix_fallocate(self._handle, place, RECORD_BYTES)
        except OSError as err:
            hint = "make space where [gateway] folder is"
            raise StateLostError(f"Limits cannot be counted: {err.strerror}", hint) from err

    def _take_seat(self) -> tuple[int, int]:
        for worker in range(MOST_WORKERS):
            handle = lock(self._folder / f"worker-{worker}")
            if handle is not None:
                return worker, handle
        raise ConfigError(f"More than {MOST_WORKERS} workers of a gateway on this host", "start fewer")


def _name(key_id: str) -> bytes:
    name = key_id.encode("utf-8")
    return bytes((len(name),)) + name.ljust(ID_BYTES - 1, b"\0")
