"""Find what to read: files that are named, all of the known forms in folders, and addresses of others' stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from finops_report.errors import ConfigError
from finops_report.ingest.remote.addresses import Asked, source_at
from finops_report.ingest.rows import Rows, rows_of

FORMS = frozenset({".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".pq"})


class RowSource(Protocol):
    """Something whose rows are read.

    `shown` says where it is, without any secret, and `name` the same in short; `kind` is the kind that it is of, None
    if that is to be said or found out. One that lay in a folder (not `is_named`) may be of no kind that is known.
    """

    @property
    def shown(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def is_named(self) -> bool: ...
    def rows(self) -> Rows:
        """Yield its rows. Raises ConfigError if they cannot be read, DatabaseError and OSError as reading does."""


class SourceFile(NamedTuple):
    """A file to read; one that was not named itself, but lay in a folder, may be of no kind that is known."""

    path: Path
    is_named: bool = True

    @property
    def shown(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def kind(self) -> str | None:
        return None

    def rows(self) -> Rows:
        return rows_of(self.path)


def row_sources(places: Iterable[str], asked: Asked) -> list[RowSource]:
    """Return what to read, each once, files of a folder by name. Raises ConfigError if there is nothing."""
    found: dict[Path | str, RowSource] = {}
    for place in places:
        if "://" in place:
            found.setdefault(place, source_at(place, asked))
            continue
        for file in _files(place):
            if asked.days != (None, None):
                raise ConfigError(f"A file is read whole: {file.path}", "--since and --until are for addresses alone")
            found.setdefault(file.path, file)
    return list(found.values())


def _files(place: str) -> Iterator[SourceFile]:
    path = Path(place)
    if path.is_dir():
        within = sorted(file for file in path.rglob("*") if _is_wanted(file, path))
        if not within:
            raise ConfigError(f"No files to read in: {path}", f"it has none of these: {', '.join(sorted(FORMS))}")
        yield from (SourceFile(file, is_named=False) for file in within)
    elif path.is_file():
        yield SourceFile(path)
    else:
        raise ConfigError(f"No such file: {path}", "give files, or folders of them")


def _is_wanted(file: Path, folder: Path) -> bool:
    is_hidden = any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
    suffix = file.with_suffix("").suffix if file.suffix == ".gz" else file.suffix
    return not is_hidden and suffix.lower() in FORMS and file.is_file()
