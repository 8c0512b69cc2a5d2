"""Keep the state in a SQLite file in WAL mode: readers never wait, writers take turns.

A commit is in the hands of the operating system when it returns: it survives any end of the process (`kill -9`); only a
loss of power may take the last ones with it (`synchronous = normal`), which are then younger than a second.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from finops_router.gateway.state.contract import PATIENCE_S, Row, StateLostError
from finops_router.gateway.state.statements import schema, statement


class SqliteState:
    """The file at `path`, made if it is not there, for its owner alone. Raises StateLostError if it cannot be."""

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self._path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():  # to open and close it would take the locks of another connection of this process
                path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = wal", "synchronous = normal"):
                self._connection.execute(f"pragma {pragma}")
            with self.transaction():
                for one in schema():
                    self._connection.execute(one)

    @contextmanager
    def transaction(self) -> Iterator[SqliteState]:
        with self._explained():
            self._connection.execute("begin immediate")
            try:
                yield self
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    def run(self, name: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        return self._connection.execute(statement(name), values or {}).fetchall()

    def time_us(self, own_us: int) -> int:
        return own_us

    def read(self, name: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        with self._explained():
            return self.run(name, values)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as err:
            hint = "check the file, its folder and the space left there; [gateway] folder says where it is"
            raise StateLostError(f"The gateway's state cannot be used: {self._path}: {err}", hint) from err
