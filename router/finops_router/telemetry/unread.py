"""Name what lies in a journal and cannot be read, and remember what of it the store knows already."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from finops_router.telemetry.held_files import open_regular
from finops_router.telemetry.segment import NEW

KNOWN = "unread.json"  # what the store was last given: without it, each look at the journal would open the database


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry of the journal that cannot be read, and why."""

    entry: str
    reason: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Passed:
    """What was found in one journal and passed over, for the store to remember in place of what it knew of it."""

    journal: str
    entries: tuple[Unread, ...]


def unread(path: Path, why: OSError | str) -> Unread:
    """Return that the file at `path` cannot be read for this error; the name may be no text, and becomes some."""
    reason = why if isinstance(why, str) else why.strerror or str(why)
    return Unread(_text(path.name), _text(reason))


def _text(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()


def known(folder: Path) -> tuple[Unread, ...]:
    """Return what the store was last given of this journal."""
    try:
        with os.fdopen(open_regular(folder / KNOWN, os.O_RDONLY), "rb") as file:
            return msgspec.json.decode(file.read(), type=tuple[Unread, ...])
    except (OSError, msgspec.MsgspecError):
        return ()  # there is no such file until something cannot be read


def remember(folder: Path, entries: tuple[Unread, ...]) -> None:
    """Remember that the store was given these; if that cannot be written, it is given them again."""
    with suppress(OSError):
        if entries:
            made = folder / f"{KNOWN}.{os.getpid()}{NEW}"
            made.write_bytes(msgspec.json.encode(entries))
            made.replace(folder / KNOWN)
        else:
            (folder / KNOWN).unlink(missing_ok=True)
