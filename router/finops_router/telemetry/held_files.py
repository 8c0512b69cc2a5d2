"""Hold files locked for as long as this process lives, and let a forked child go of them.

A lock belongs to the opened file, not to the process: a child that inherits it would keep a segment 'written to', or
the journal 'loading', for as long as the child lives. So a fork waits until no file is just being opened, and the child
closes what its parent holds.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FORK_WAITS_S = 1.0  # for a file that is just being opened; past it the child may inherit a lock rather than never start

NO_FILE = (errno.EISDIR, errno.ELOOP, errno.ENXIO)  # a folder, a link, a pipe that nobody reads or a socket

opening = threading.RLock()  # held while a locked file is opened, until this process knows that it has it
_handles: set[int] = set()


class NotAFileError(OSError):
    """A folder, a link, a pipe or the like is where a file of ours would be."""


@contextmanager
def locked(path: Path, flags: int, kind: int = fcntl.LOCK_EX) -> Iterator[int]:
    """Open a regular file and lock it without waiting; gives its handle, and lets go of it at the end.

    Raises BlockingIOError when somebody else holds it, NotAFileError, else OSError.
    """
    with _held(lambda: open_regular(path, flags), kind) as handle:
        yield handle


@contextmanager
def locked_folder(path: Path) -> Iterator[int]:
    """Lock a folder as `locked` does a file."""
    with _held(lambda: os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), fcntl.LOCK_EX) as handle:
        yield handle


@contextmanager
def _held(opened: Callable[[], int], kind: int) -> Iterator[int]:
    handle = -1
    try:
        with opening:
            handle = opened()
            _handles.add(handle)
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        yield handle
    finally:
        if handle in _handles:  # not in a child that was forked meanwhile: there it is closed already
            _handles.discard(handle)
            os.close(handle)


def open_regular(path: Path, flags: int) -> int:
    """Open a file, but no link, folder or pipe, which might lead elsewhere or wait for ever.

    Raises NotAFileError, else OSError.
    """
    try:
        handle = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o640)
    except OSError as error:
        if error.errno in NO_FILE:
            raise NotAFileError(error.errno, error.strerror, str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotAFileError(f"it is no regular file: {path.name}")
    return handle


def _before_fork() -> None:
    opening.acquire(timeout=FORK_WAITS_S)


def _in_parent() -> None:
    try:
        opening.release()
    except RuntimeError:
        return  # it was not to be had in time


def _in_child() -> None:
    global opening  # noqa: PLW0603 -- the child has a lock of its own: nobody will ever release the parent's
    opening = threading.RLock()
    for handle in _handles:
        os.close(handle)
    _handles.clear()


os.register_at_fork(before=_before_fork, after_in_parent=_in_parent, after_in_child=_in_child)
