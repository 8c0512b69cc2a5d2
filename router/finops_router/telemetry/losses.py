"""Leave word in the journal of what was dropped, so that whoever loads can tell the report."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

import msgspec

NEW, LOSSES = ".new", ".losses"


class LossReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a collector dropped since its last report; `recorded` counts since it began, times are in microseconds."""

    timestamp_us: int
    host: str
    pid: int
    recorded: int
    dropped: int
    note: str = ""


def loss_report(now_s: float, recorded: int, dropped: int, note: str) -> LossReport:
    """Return a report of this process; `now_s` is in seconds since 1970-01-01 UTC."""
    return LossReport(
        timestamp_us=int(now_s * 1e6),
        host=socket.gethostname(),
        pid=os.getpid(),
        recorded=recorded,
        dropped=dropped,
        note=note,
    )


def write_report(folder: Path, name: str, report: LossReport) -> Path:
    """Write a report whole or not at all and return its file. Raises OSError."""
    made, path = folder / (name + NEW), folder / (name + LOSSES)
    try:
        made.write_bytes(msgspec.json.encode(report))
        made.rename(path)
    except OSError:
        with suppress(OSError):
            made.unlink()
        raise
    return path


def read_report(path: Path) -> LossReport:
    """Return what a file reports. Raises OSError and msgspec.MsgspecError."""
    return msgspec.json.decode(path.read_bytes(), type=LossReport)
