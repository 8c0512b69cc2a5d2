"""End every command in one of the documented ways: 0, 1 with an `error:` and a `hint:` line, 2 or 3; never a traceback.

What the reader can mend explains itself. Beyond that there are what the system refuses (OSError), what was stopped
(Ctrl-C, SIGTERM) and standard output that is closed, full or cannot write a letter. A bug is no such thing: it is shown
whole.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO

from finops_report.commands.failure import Failure
from finops_report.errors import Explained, FinopsError, OutputError
from finops_report.stop_signals import STOPS

AGAIN_S = 2.0
STOPPED = ("Stopped before it was done", "what was there before is unchanged")


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: what is under way is left, and cleaned up on the way out."""


@contextmanager
def orderly() -> Iterator[None]:
    """Run a command: what can be explained is raised as Failure; a reader who has left ends it with exit code 0."""
    for stream in (sys.stdout, sys.stderr):
        _write_any_letter(stream)
    try:
        with _stoppable():
            yield
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:  # `| head` has read enough
        _write_no_more()
        raise SystemExit(0) from None
    except (KeyboardInterrupt, Stopped) as err:
        raise Failure(FinopsError(*STOPPED)) from err
    except Exception as err:
        known = explained(err)
        if known is None:
            raise
        if isinstance(err, OSError) and err.filename is None:
            _write_no_more()
        raise Failure(known) from err


@contextmanager
def until_stopped() -> Iterator[None]:
    """Run what ends by Ctrl-C or SIGTERM alone: that is how it is done, not how it fails."""
    with suppress(KeyboardInterrupt, Stopped):
        yield


def explained(err: Exception) -> Explained | None:
    """Return what the reader can mend of an error; None if it is a bug, or nobody reads any more."""
    if isinstance(err, Explained):
        return err
    if isinstance(err, OSError) and not isinstance(err, BrokenPipeError):
        place = "standard output" if err.filename is None else err.filename
        return OutputError(f"{place}: {err.strerror or err}", "check the path, its permissions and free space")
    if isinstance(err, MemoryError):
        return FinopsError("There is not enough memory", "ask for fewer days, or for a machine with more memory")
    return None


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM raise Stopped; the first process of a container would ignore SIGTERM otherwise.

    A library may swallow what a handler raises, as some do while they are imported: it is raised until it is heard.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
        raise Stopped

    try:
        before = [(sign, signal.signal(sign, stop)) for sign in STOPS]
    except ValueError:  # not in the main thread: signals are somebody else's
        yield
        return
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for sign, handler in before:
            signal.signal(sign, handler)


def _write_any_letter(stream: IO[str] | None) -> None:
    """Write what the encoding of a stream does not have as its code: `−` and `…` are in no cp1252."""
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _write_no_more() -> None:
    """Forget what could not be written, or Python would fail on it once more when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):  # no standard output at all, or one that is no file
        pass
