"""Keep records safe the moment they are recorded, in this process's segments: nothing here takes a lock to keep a line.

`write` is the way in: the `mmap.write` of the current segment. It raises ValueError if the segment is full or sealed;
`keep` then takes the next one. Threads and signal handlers may do so at the same time: each writes its line into a
segment that nobody else knows yet, and then publishes it as the current one. A segment that was current, and is not, is
sealed, whoever replaced it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

from finops_router.telemetry import held_files
from finops_router.telemetry.arrivals import Arrivals, Sealed
from finops_router.telemetry.folders import make_in
from finops_router.telemetry.losses import loss_report, write_report
from finops_router.telemetry.segment import Segment, create_segment, seal, segment_name, touch_pages
from finops_router.telemetry.usage import FolderUsage
from finops_router.telemetry.wake import Wake

Fsync = Literal["seal", "always", "never"]
SEAL_REQUEST = "seal-request"
FIRST_BYTES = 256 * 2**10  # the first segment's size; each that fills up makes the next ones four times as large
NAME_BYTES = 128  # what a segment's name in its first line may take
REFUSED_S = 0.1  # after a segment could not be made, records are dropped at once for so long
SEAL_WAITS_S = 10.0  # for another thread that seals


class Journal:
    """Append lines to this process's segments; never waits for a disk that is slow or a process that is busy.

    `budget_bytes` bounds what all processes together keep in `folder`, counted as what is used; past it lines
    are dropped and counted. `clock` gives seconds since 1970-01-01 UTC, `monotonic` those of a steady clock.
    """

    def __init__(
        self,
        folder: Path,
        segment_bytes: int,
        budget_bytes: int,
        fsync: Fsync,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self.last_error: str | None = None
        self.untended: Callable[[], None] | None = None  # called by record() if no thread makes spares and seals
        self.usage = FolderUsage(folder, monotonic)
        self._segment_bytes = min(segment_bytes, max(budget_bytes // 4, 4096))
        self._budget_bytes, self._fsync = budget_bytes, fsync
        self._clock, self._monotonic = clock, monotonic
        self._begin()

    def _begin(self) -> None:
        self.dropped = self._reported = 0
        self.needs_spare, self.needs_seal = Wake(), Wake()
        self._next_bytes = min(FIRST_BYTES, self._segment_bytes)
        self._refused_until_s = float("-inf")
        self._can_make = True
        self._sealing, self._reporting = threading.Lock(), threading.Lock()
        self._counting = threading.RLock()
        self._arrivals = Arrivals()
        self._current: Segment | None = None
        self._spares: list[Segment] = []
        self._segments: set[Segment] = set()
        self.write: Callable[[bytes | bytearray], object] = self.keep

    def abandon(self) -> None:
        """In a forked child: let go of the parent's segments without touching them, and start afresh."""
        inherited = self._segments
        self._begin()
        for segment in inherited:
            segment.close()

    def append(self, line: bytes) -> None:
        """Keep one line, without its newline, or count it as dropped; never raises."""
        self.keep(line + b"\n")

    def keep(self, line: bytes | bytearray) -> None:
        """Keep one line with its newline, in the next segment if need be; never raises, and counts what it drops."""
        try:
            while not self._kept(line):
                pass
        except Exception as error:  # whatever happens here must not fail the caller's request
            self.drop(f"a record cannot be kept: {error!r}")

    def _kept(self, line: bytes | bytearray) -> bool:
        """Write the line to the current segment or the next; return False if another thread came in between."""
        current = self._current
        if current is not None and self._written(current, line):
            return True
        if current is not self._current:
            return False
        if current is not None:
            self._next_bytes = self._sized(4 * current.size)
        fresh = self._take(len(line) + NAME_BYTES)
        if fresh is None:
            self.dropped += 1
            return True
        fresh.first_at_s = self._clock()
        if not self._written(fresh, fresh.named(line)):
            return False  # it was a spare that is being given back
        self._publish(fresh)
        return True

    def _written(self, segment: Segment, line: bytes | bytearray) -> bool:
        try:
            segment.map.write(line)
        except ValueError:
            return False
        if self._fsync == "always":
            with suppress(ValueError):  # sealed since, and synced with it
                segment.map.flush()
        return True

    def _publish(self, segment: Segment) -> None:
        self._current = segment
        segment.is_published = True
        if self._fsync != "always":
            self.write = segment.map.write
        self.needs_spare.ring()
        if self.untended is not None:
            self.untended()

    def drop(self, why: str) -> None:
        """Count a record that cannot be kept."""
        self.dropped += 1  # no call within: the interpreter changes threads and runs handlers only at calls and jumps
        self.last_error = why

    def _sized(self, wanted: int) -> int:
        return min(max(wanted, FIRST_BYTES), self._segment_bytes)

    def _take(self, needed: int) -> Segment | None:
        """Take the spare segment, or make one if the background was not fast enough; None if there is none to have."""
        if needed > self._segment_bytes:
            self.last_error = "a record is larger than a segment"
            return None
        with suppress(IndexError):
            spare = self._spares.pop()
            if spare.size >= needed:
                return spare
            self._spares.append(spare)
        return self._make(self._sized(max(self._next_bytes, 4 * needed)))

    def _make(self, size: int) -> Segment | None:
        if self._monotonic() < self._refused_until_s:
            return None
        try:
            if self.used_bytes() + size > self._budget_bytes:
                raise OSError(f"the journal is full: {self._budget_bytes} bytes")
            made = make_in(self.folder, lambda: self._create(size))
        except OSError as err:
            self.last_error = f"no segment can be made: {err}"
            self._refused_until_s = self._monotonic() + REFUSED_S
            self._can_make = False
            return None
        self._can_make = True
        return made

    def can_keep(self) -> bool:
        """Return whether lines are kept: the current segment is in the folder, and the next one there or to be had."""
        current = self._current
        is_lost = current is not None and not current.is_at_its_place()
        if is_lost and current is self._current:  # else it was sealed in between, and so has another name
            return False
        return bool(self._spares) or self._can_make

    def _create(self, size: int) -> Segment:
        with held_files.opening:
            segment = create_segment(self.folder, size, self._clock())
            self._segments.add(segment)
            return segment

    def used_bytes(self) -> int:
        """Return what is used of the bound: sealed segments of all, as last looked at, and the lines of our own."""
        return self.usage.sealed_bytes + sum(segment.used_bytes() for segment in list(self._segments))

    def prepare_spare(self) -> None:
        """Make the next segment ahead of time; called by the background, not by record()."""
        spares = list(self._spares)
        if spares and spares[-1].is_at_its_place():
            return
        self._give_spares_back()  # somebody has removed the folder, or there are none
        made = self._make(self._next_bytes)
        if made is not None:
            touch_pages(made)
            self._spares.append(made)

    def oldest_s(self) -> float | None:
        """When the current segment got its first line, None while there is none."""
        segment = self._current
        return segment.first_at_s if segment is not None else None

    def seal(self) -> None:
        """Give what was recorded so far to whoever loads: cut, sync and rename the segments with lines.

        Raises OSError as `finish_full` does.
        """
        self.retire()
        self.finish_full()

    def retire(self) -> None:
        """Let the current segment be sealed; the next line begins another, of a size for about as many."""
        current = self._current
        if current is not None:
            self._next_bytes = self._sized(4 * current.used_bytes())
        self.write = self.keep
        self._current = None

    def free_memory(self) -> bool:
        """Give back the memory of segments that are full or retired; return whether any are there to be sealed."""
        retired = self._retired()
        for segment in retired:
            segment.freeze()
        return bool(retired)

    def _retired(self) -> list[Segment]:
        return [segment for segment in list(self._segments) if self._is_to_be_sealed(segment)]

    def finish_full(self, patience_s: float = SEAL_WAITS_S) -> None:
        """Give the segments that are full to whoever loads: cut, sync and rename them.

        One thread at a time: a flush returns only when what the background began is done as well.
        Raises the first OSError when it is through with all of them: what failed is tried again the next time.
        """
        if not self._sealing.acquire(timeout=patience_s):
            return
        try:
            self.free_memory()
            errors = [error for segment in self._retired() if (error := self._finish(segment)) is not None]
        finally:
            self._sealing.release()
        if errors:
            self.last_error = f"a segment cannot be sealed: {errors[0]}"
            raise errors[0]

    def _is_to_be_sealed(self, segment: Segment) -> bool:
        return segment.is_published and segment is not self._current

    def _finish(self, segment: Segment) -> OSError | None:
        """Seal a segment, or return why it cannot be."""
        segment.freeze()
        try:
            seal(segment, sync=self._fsync != "never")
        except OSError as error:
            return error
        self.usage.add(segment.used_bytes())
        self._let_go(segment, is_waiting=True)
        return None

    def _let_go(self, segment: Segment, *, is_waiting: bool) -> None:
        """Close a segment; its records are waiting for a loader, or there are none to wait for."""
        with self._counting:
            if is_waiting:
                self._arrivals.add(segment.path.stem, Sealed(segment.count(), self.usage.generation()))
            self._segments.discard(segment)
            segment.close()

    def report_losses(self, *, at_once: bool = True) -> None:
        """Leave a report of what was dropped since the last one for whoever loads; if it cannot be, it waits."""
        if self.dropped == self._reported or not self._reporting.acquire(blocking=False):
            return
        try:
            dropped = self.dropped - self._reported
            if at_once or self.usage.may_report():
                report = loss_report(self._clock(), self.recorded, dropped, self.last_error or "")
                with suppress(OSError):  # what keeps records out keeps this out as well, and is known
                    name = segment_name(self._clock())
                    self.usage.reported(make_in(self.folder, lambda: write_report(self.folder, name, report)))
                    self._reported += dropped
        finally:
            self._reporting.release()

    def close(self) -> None:
        """Seal, and give the spare back. What is recorded later begins a new segment. Raises OSError."""
        self._give_spares_back()
        try:
            self.seal()
        finally:
            for segment in self._retired():
                self._give_up(segment)

    def _give_spares_back(self) -> None:
        while self._spares:
            with suppress(IndexError):
                spare = self._spares.pop()
                spare.path.unlink(missing_ok=True)
                self._let_go(spare, is_waiting=False)

    def _give_up(self, segment: Segment) -> None:
        """Leave a segment that cannot be sealed to the next loader if its file is there, else count it as dropped."""
        is_there = segment.is_at_its_place()
        if not is_there:
            lost = segment.count()  # ahead of the sum: a signal handler that drops meanwhile would be forgotten
            self.dropped += lost
        self._let_go(segment, is_waiting=is_there)

    @property
    def recorded(self) -> int:
        """How many records were kept: counted in the segments when it is asked for."""
        with self._counting:
            return self._arrivals.records + self._unsealed_records()

    def _unsealed_records(self) -> int:
        return sum(segment.count() for segment in list(self._segments))

    def pending(self) -> int:
        """Return how many records of this collector are not known to be loaded."""
        with self._counting:
            return self._arrivals.waiting_records() + self._unsealed_records()

    def is_own(self, stem: str) -> bool:
        """Return whether a sealed segment is this collector's and was waiting until now."""
        return self._arrivals.is_waiting(stem)

    def arrived(self, stems: Iterable[str]) -> None:
        """Take segments for loaded."""
        self._arrivals.loaded(stems)

    def gone(self) -> dict[str, Sealed]:
        """Return own segments that wait by what is known and are not in the folder: loaded by others, or lost."""
        return self._arrivals.gone(self.usage.look())

    def settle(self, gone: Mapping[str, Sealed], lines: Mapping[str, int]) -> int:
        """Take of segments that are gone what the store has for loaded, `lines` of each, and the rest for dropped.

        Returns how many records are dropped by that.
        """
        lost = self._arrivals.settle(gone, lines)
        if lost:
            self.dropped += lost
            self.last_error = f"{lost} records are lost: their segments are gone from {self.folder} and were not loaded"
        return lost

    def settle_by_files(self) -> int:
        """Take what is gone for loaded, as nobody here can ask the store, but not if its folder is gone as well.

        Returns how many records are dropped by that.
        """
        generation = self.usage.generation()
        gone = self.gone()
        if generation != self.usage.generation():
            return 0  # it was replaced in between: the next look will tell
        whole = {stem: sealed.records for stem, sealed in gone.items() if sealed.generation == generation}
        return self.settle(gone, whole)
