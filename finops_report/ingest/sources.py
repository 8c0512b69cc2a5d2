"""Find the files to read: those named, and in folders all of the known forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from finops_report.errors import ConfigError

FORMS = frozenset({".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".pq"})


class SourceFile(NamedTuple):
    """A file to read; one that was not named itself, but lay in a folder, may be of no kind that is known."""

    path: Path
    is_named: bool = True


def source_files(places: Iterable[str]) -> list[SourceFile]:
    """Return the files to read, each once, those of a folder by name. Raises ConfigError if there are none."""
    found: dict[Path, SourceFile] = {}
    for place in places:
        for file in _files(place):
            found.setdefault(file.path, file)
    return list(found.values())


def _files(place: str) -> Iterator[SourceFile]:
    if "://" in place:
        raise ConfigError(f"Addresses are not read yet: {place}", "download it, and give the file")
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
