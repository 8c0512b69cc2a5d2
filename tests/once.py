"""Make what many tests only read once a run, whichever of its processes asks first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that `make` filled; the other processes of this run wait for it, or for its failure."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:  # one process alone
        folder = factory.mktemp(name)
        make(folder)
        return folder
    folder = factory.getbasetemp().parent / f"{name}-{run}"
    folder.mkdir(exist_ok=True)
    whole = folder.with_suffix(".whole")
    with folder.with_suffix(".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed
        if not whole.exists():
            make(folder)
            whole.touch()
    return folder
