"""Make files in folders that somebody may rename or remove at any moment."""

from __future__ import annotations

from collections.abc import Callable
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
