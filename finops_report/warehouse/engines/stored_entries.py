"""Show the objects of a store as folders and files: their names have slashes, and that is all there is of folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An object, or what several names have in common, with those methods of a path that `find_files` needs."""

    address: str
    inside: dict[str, StoredEntry] = field(default_factory=dict, compare=False, repr=False)
    is_object: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix

    def iterdir(self) -> Iterator[StoredEntry]:
        return iter(self.inside.values())

    def is_dir(self) -> bool:
        return not self.is_object

    def is_file(self) -> bool:
        return self.is_object

    def is_symlink(self) -> bool:
        return False

    def is_relative_to(self, other: str) -> bool:
        return self.address.startswith(f"{other}/")


def tree_of(root: str, addresses: Iterable[str]) -> StoredEntry:
    """Return what is below `root`, of the addresses of all objects there; the marks that stand for folders are none."""
    top = StoredEntry(root)
    for address in addresses:
        entry = top
        *folders, name = address.removeprefix(f"{root}/").split("/")
        for folder in folders:
            entry = entry.inside.setdefault(folder, StoredEntry(f"{entry.address}/{folder}"))
        if name:
            entry.inside[name] = StoredEntry(f"{entry.address}/{name}", is_object=True)
    return top
