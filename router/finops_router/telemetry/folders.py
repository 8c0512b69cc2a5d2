"""Make files in folders that somebody may rename or remove at any moment, and notice that they were."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

TRIES = 20  # a folder that vanishes so often, each time within microseconds, is kept from being made
Made = TypeVar("Made")


def make_in(folder: Path, make: Callable[[], Made]) -> Made:
    """Return what `make` makes in `folder`, which is made with its parents if need be. Raises OSError.

    The folder may vanish before `make` is done, and also within `mkdir(exist_ok=True)`, which first finds that
    something is there and then that it is no folder: FileExistsError. Both begin anew.
    """
    for _ in range(TRIES - 1):
        try:
            return _once(folder, make)
        except (FileNotFoundError, FileExistsError):
            continue
    return _once(folder, make)


def _once(folder: Path, make: Callable[[], Made]) -> Made:
    folder.mkdir(parents=True, exist_ok=True)
    return make()


class WatchedFolder:
    """A folder that may vanish or be replaced by another.

    It is held open: else the next folder may get the number of the one that was removed, and be taken for it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle = -1
        self._generation = 0

    def generation(self) -> int:
        """Return how often the folder was seen to be gone, or to be another one than before."""
        if self._handle >= 0 and not self._is_same():
            self._let_go()
            self._generation += 1
        if self._handle < 0:
            with suppress(OSError):  # there is none, or it may not be read: then it is not told from the next one
                self._handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return self._generation

    def _is_same(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._handle), self._folder.stat())
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True  # not to be seen for now

    def _let_go(self) -> None:
        handle, self._handle = self._handle, -1
        with suppress(OSError):
            os.close(handle)

    def __del__(self) -> None:
        if self._handle >= 0:
            self._let_go()
