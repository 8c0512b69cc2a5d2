"""Tell what kind of store a place names, as it was written: a DuckDB file, a folder of Parquet, a database server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

POSTGRESQL = frozenset({"postgresql", "postgres"})
CLICKHOUSE = frozenset({"clickhouse"})
OBJECT_STORES = frozenset({"s3", "gs", "az"})
FILE = "file://"
FILES = frozenset(
    {".duckdb", ".db"}
)  # a folder of such a name is a mistake, as containers make of a file that is not there
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")  # in the name of a file


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of Parquet files, which need not be there yet."""

    path: Path

    def __str__(self) -> str:
        return f"{self.path}/"


@dataclass(frozen=True, slots=True)
class Address:
    """A database of a server or a place in an object store, by its URL: a password in it is not printed."""

    url: str = field(repr=False)

    @property
    def scheme(self) -> str:
        return self.url.partition("://")[0].lower()

    @property
    def is_postgresql(self) -> bool:
        return self.scheme in POSTGRESQL

    @property
    def is_clickhouse(self) -> bool:
        return self.scheme in CLICKHOUSE

    @property
    def is_object_store(self) -> bool:
        return self.scheme in OBJECT_STORES

    def __str__(self) -> str:
        """Return scheme, host and database: no user, no password, no parameters."""
        place, _, parameters = self.url.partition("://")[2].partition("?")
        if "@" in parameters:  # or a question mark in a password that should have been %3F: nobody knows which
            return f"{self.scheme}://"
        if not self.is_object_store:  # what others have after a semicolon are parameters, a token among them
            place = place.partition(";")[0]
        return f"{self.scheme}://{place.rpartition('@')[2]}"


Place = Path | Folder | Address


def place_of(written: str | Place) -> Place:
    """Return the place that is written: an address, a folder (it exists, or ends with a slash), else a DuckDB file."""
    if isinstance(written, Folder | Address):
        return written
    if isinstance(written, str):
        if "://" in written and not written.lower().startswith(FILE):
            return Address(written)
        written = written[len(FILE) :] if written.lower().startswith(FILE) else written
        if written.endswith("/"):
            return Folder(Path(written))
    path = Path(written)
    return Folder(path) if path.suffix.lower() not in FILES and _is_folder(path) else path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, a folder that may not be searched: whoever opens it will say so
        return False


def journal_folder(place: Place) -> Path:
    """Return the journal of a store if none is given: beside its file or folder; a server's in the working folder.

    A server's is named after host and database, so that a new password or another user leads to the same one.
    """
    if isinstance(place, Address):
        name = UNSAFE.sub("-", str(place)).strip("-")
        return Path(f"{name}.journal")
    path = place.path if isinstance(place, Folder) else place
    return path.with_name(path.name + ".journal")
