"""Hold a file locked for as long as this process lives: whether a worker lives is whether its file can be locked.

The kernel lets go of the lock however the process ends. A number of a process says less: it is given to others again,
and means nothing in another container that shares the folder. A child that is forked would inherit the lock and keep
its parent alive in the eyes of all others, so it closes what it inherited.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_held: set[int] = set()


def lock(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int | None:
    """Return the handle of the file at `path`, locked, or None if another one holds it. Raises OSError."""
    handle = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    _held.add(handle)
    return handle


def unlock(handle: int) -> None:
    """Close a handle that `lock` returned; in a forked child, where it is closed already, do nothing."""
    if handle in _held:
        _held.discard(handle)
        os.close(handle)


def _in_child() -> None:
    for handle in _held:
        os.close(handle)
    _held.clear()


os.register_at_fork(after_in_child=_in_child)
