"""Replace files as a whole or not at all; what is no file, a pipe or a device, is written to as it is."""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from finops_report.errors import OutputError

STANDARD_OUTPUT = Path("/dev/stdout")  # what the option '-' stands for
LONGEST_NAME_BYTES = 255  # of most file systems
TAIL_BYTES = 4  # of the random part of a temporary name, in hexadecimal digits
LEFT_S = 3600.0  # a temporary file that is older is nobody's any more
STREAMS = (Path("/dev"), Path("/proc"))  # where a path may name what a process has open


def write_whole(files: Mapping[Path, str | bytes]) -> None:
    """Replace all of `files` (path -> content) or none: each is written beside its place, then all are renamed.

    Missing folders are created. A file keeps its mode, a new one has that of the umask; of a link, the file it leads to
    is replaced. Raises OutputError if one cannot be written; the earlier files are unchanged then.
    """
    waiting: dict[Path, Path] = {}
    try:
        for target, content in files.items():
            if not is_stream(target):
                _sweep(target.resolve())
                waiting[target.resolve()] = _beside(target.resolve(), _encoded(content))
        for target, content in files.items():
            if is_stream(target):
                _write_stream(target, _encoded(content))
        for target, temporary in waiting.items():
            temporary.replace(target)
    except BrokenPipeError:  # whoever read standard output has left
        raise
    except OSError as err:
        place = err.filename2 or err.filename or next(iter(files))
        raise OutputError(
            f"This cannot be written: {place}: {err.strerror or err}",
            "check free space and permissions; what was there before is unchanged",
        ) from err
    finally:
        for temporary in waiting.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def is_stream(target: Path) -> bool:
    """Whether `target` is written to in place: a pipe, a device, or what this process has open. Raises OSError."""
    if any(place in target.parents for place in STREAMS):
        return True
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _encoded(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def _write_stream(target: Path, content: bytes) -> None:
    if target != STANDARD_OUTPUT:
        try:
            with target.open("wb") as stream:
                stream.write(content)
        except OSError as err:
            raise OSError(err.errno, err.strerror, str(target)) from err
        return
    if sys.stdout is None:  # closed by the shell: >&-
        raise OSError(None, "it is closed", "standard output")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _beside(target: Path, content: bytes) -> Path:
    """Write `content` to a file beside `target`, with its mode, and return that file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        raise IsADirectoryError(21, "it is a folder", str(target))
    temporary = target.with_name(_temporary_name(target.name))
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # less what the umask takes
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode) & 0o777)
    except OSError as err:
        temporary.unlink(missing_ok=True)
        raise OSError(err.errno, err.strerror or str(err), str(target)) from err
    return temporary


def _temporary_name(name: str) -> str:
    """Return a hidden name that nobody has, with as much of `name` as a file system takes."""
    return _temporary_stem(name) + secrets.token_hex(TAIL_BYTES)


def _temporary_stem(name: str) -> str:
    tail = 2 * TAIL_BYTES + 2  # and two dots
    return "." + os.fsdecode(os.fsencode(name)[: LONGEST_NAME_BYTES - tail]) + "."


def _sweep(target: Path) -> None:
    """Remove what killed runs left beside `target`: files of our naming that are older than an hour.

    It is age that counts, not a lock: a file takes moments from its making to its place, and age is known on every
    system, on folders of other machines too, where locks are not.
    """
    ours = re.compile(re.escape(_temporary_stem(target.name)) + f"[0-9a-f]{{{2 * TAIL_BYTES}}}")
    with suppress(OSError), os.scandir(target.parent) as entries:
        found = [entry for entry in entries if ours.fullmatch(entry.name)]
        for entry in found:
            if entry.is_file(follow_symlinks=False) and time.time() - entry.stat().st_mtime > LEFT_S:
                with suppress(OSError):
                    Path(entry.path).unlink()
