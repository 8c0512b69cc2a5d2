"""Load what the journal holds: one attempt, whoever asks — the background, a flush, or `drain`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finops_router.telemetry.segments import loadable, only_loader
from finops_router.telemetry.sinks import duckdb as store
from finops_router.telemetry.sinks.duckdb import Health, Loaded, Waiting

STEP_S = 0.02  # between two looks whether the other loader is done


@dataclass(frozen=True, slots=True)
class Attempted:
    """What one attempt brought in; `error` says why nothing (more) could be loaded, empty when all went well."""

    loaded: Loaded
    error: str = ""


def load_once(db: Path, folder: Path, health: Health, waiting: Waiting) -> Attempted:
    """Load all sealed and orphaned segments of `folder` into `db`; never raises for what may pass later.

    Where somebody else is loading, wait for them as for the database: what they bring in counts as theirs.
    """
    if not folder.is_dir():
        return Attempted(Loaded())
    deadline = waiting.clock() + waiting.patience_s
    try:
        while True:
            with only_loader(folder) as mine:
                if mine:
                    return Attempted(store.load(db, loadable(folder), health, waiting))
            if waiting.clock() + STEP_S > deadline:
                return Attempted(Loaded(), "another process is loading")
            waiting.sleep(STEP_S)
    except (store.StoreBusyError, store.StoreError, OSError) as err:
        return Attempted(Loaded(), str(err))
