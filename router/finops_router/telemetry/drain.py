"""Bring everything recorded so far into the database, also what living processes still hold."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from finops_router.telemetry.journal import SEAL_REQUEST
from finops_router.telemetry.loading import load_once
from finops_router.telemetry.places import Place, journal_folder, place_of
from finops_router.telemetry.segments import file_bytes, live, sealed
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import SinkError
from finops_router.telemetry.waiting import Waiting

STEP_S = 0.05  # between two looks whether the writers have sealed
SEALED_WITHIN_S = 5.0  # writers look ten times a second: one that has not sealed by then is busy or stopped


@dataclass(frozen=True, slots=True)
class DrainResult:
    """What was loaded, what is still waiting in the journal, and why (empty if all went well).

    What writers have recorded since the drain began is not counted as waiting. `hint` says what to do about `error`;
    `left_out` says of entries of the journal why they cannot be read.
    """

    segments: int
    records: int
    quarantined: int
    pending_segments: int
    pending_bytes: int
    error: str
    hint: str = ""
    left_out: tuple[str, ...] = ()


def drain(
    db: str | Place,
    *,
    patience_s: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    journal: Path | None = None,
) -> DrainResult:
    """Ask living writers to seal, wait for them at most `patience_s` seconds, and load all there is.

    Writers look for the request ten times a second. Never raises for what may pass later: a busy or
    read-only database leaves the records in the journal, counted; a journal that cannot be listed is an error.
    """
    place = place_of(db)
    folder = journal or journal_folder(place)
    waiting = Waiting(patience_s, clock, sleep)
    try:
        if not _is_there(folder):
            return DrainResult(0, 0, 0, 0, 0, "")
        wanted = _ask_to_seal(folder, waiting)
        result = load_once(sink_at(place, has_machine=True), folder, waiting)
        left = [path for path in (*sealed(folder), *live(folder)) if path.stem in wanted]
    except SinkError as error:  # nothing can be written there at all
        return DrainResult(0, 0, 0, 0, 0, error.message, error.hint)
    except OSError as error:
        return DrainResult(0, 0, 0, 0, 0, f"the journal cannot be read: {error}", f"check the permissions of {folder}")
    return DrainResult(
        result.loaded.segments,
        result.loaded.records,
        result.loaded.quarantined,
        len(left),
        sum(file_bytes(path) for path in left),
        result.error,
        result.hint,
        result.left_out,
    )


def _is_there(folder: Path) -> bool:
    """Return whether there is a journal. Raises OSError if that is not to be seen, or what is there is no folder."""
    try:
        with os.scandir(folder):
            return True
    except FileNotFoundError:
        return False


def _ask_to_seal(folder: Path, waiting: Waiting) -> frozenset[str]:
    """Touch the request and wait until every segment with lines of now is sealed or its process is gone.

    Returns the names of all segments that this drain is to load.
    """
    held = [path for path in live(folder) if _has_lines(path)]
    wanted = frozenset(path.stem for path in (*sealed(folder), *held))
    if not held:
        return wanted
    request = folder / SEAL_REQUEST
    try:
        request.touch()
        now_ns = time.time_ns()  # to the nanosecond: a second request must be another time
        os.utime(request, ns=(now_ns, now_ns))
    except OSError:
        return wanted  # a read-only journal: what is sealed is still counted as pending
    for _ in waiting.at_most(SEALED_WITHIN_S).looks(STEP_S, STEP_S):
        if not any(path.exists() for path in held):
            break
    return wanted


def _has_lines(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(1) not in (b"", b"\0")
    except OSError:
        return False
