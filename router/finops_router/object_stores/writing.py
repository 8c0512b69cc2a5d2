"""Write objects: each whole or not at all, and one of them only if nobody else has written it since it was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from finops_router.object_stores.address import StoreAddress
from finops_router.object_stores.conditions import CONDITIONS, NO_OBJECT
from finops_router.object_stores.errors import ChangedError, explained
from finops_router.object_stores.listing import Listed, listed
from finops_router.object_stores.opening import TIMEOUTS, Timeouts, filesystem

if TYPE_CHECKING:
    from fsspec.asyn import AsyncFileSystem

MOST_LOOKS = 5  # at an object that others keep writing
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Objects:
    """What is below an address, to be read and written. All methods raise StoreError."""

    store: AsyncFileSystem
    address: StoreAddress
    timeouts: Timeouts = TIMEOUTS

    @classmethod
    def opened(cls, address: StoreAddress, timeouts: Timeouts = TIMEOUTS) -> Objects:
        """Open the store; nothing is asked of it yet."""
        return cls(filesystem(address, timeouts), address, timeouts)

    def below(self, folder: str) -> dict[str, Listed]:
        """Return all objects in a folder and below, by their names within the address."""
        place = self.address.below(folder)
        found = listed(self.store, place, self.timeouts)
        return {name.removeprefix(f"{self.address.root}/"): one for name, one in found.items()}

    def folders(self, folder: str = "") -> list[str]:
        """Return the names of what looks like folders in one, without those below; none if it is not there."""
        place = self.address.below(folder)
        try:
            found = self.store.ls(place.root, detail=True, timeout=self.timeouts.request_s)
        except FileNotFoundError:
            return []
        except Exception as err:  # the library has errors of its own
            raise explained(place, err) from err
        return sorted(str(one["name"]).rpartition("/")[2] for one in found if one["type"] == "directory")

    def read(self, name: str) -> tuple[bytes, str]:
        """Return an object and its version; nothing and NO_OBJECT if there is none. The bucket has to be there."""
        for _ in range(MOST_LOOKS):
            before = self._version(name)
            if before == NO_OBJECT:
                self._asked(name, lambda: self.store.ls(self.address.bucket, timeout=self.timeouts.request_s))
                return b"", NO_OBJECT
            content = self._asked(name, lambda: self.store.cat_file(self._path(name), timeout=self.timeouts.request_s))
            if self._version(name) == before:
                return bytes(content), before
        raise ChangedError(f"Others keep writing to {self.address}", "try again")

    def replace(self, name: str, content: bytes, version: str) -> str:
        """Write an object in place of the `version` that was read, and return its own.

        Raises ChangedError if it is another by now. Whether it was written when its answer was lost is told from what
        is there, for the request itself may have been sent twice: equal `content` of two writers is one and the same.
        """
        conditions, limit_s = CONDITIONS[self.address.scheme], self.timeouts.request_s
        try:  # to ask for the version afterwards might give that of somebody who wrote since
            return conditions.replace(self.store, self._path(name), content, version, limit_s)
        except Exception as err:  # the library has errors of its own
            there, now = self.read(name)
            if there != content:
                if now == version:
                    raise explained(self.address.below(name), err, "write") from err
                raise ChangedError(f"Another loader wrote to {self.address}", "it is tried again") from err
            return now

    def put(self, name: str, made: Path) -> None:
        """Write a file as an object."""
        self._asked(name, lambda: self.store.put_file(str(made), self._path(name), timeout=self.timeouts.request_s))

    def rename(self, name: str, to: str) -> None:
        """Give an object another name; it may have that already."""
        try:
            conditions = CONDITIONS[self.address.scheme]
            conditions.rename(self.store, self._path(name), self._path(to), self.timeouts.request_s)
        except FileNotFoundError:  # it was renamed by another loader, who had to finish what one that died had begun
            return
        except Exception as err:  # the library has errors of its own
            raise explained(self.address.below(name), err, "write") from err

    def remove(self, names: Sequence[str]) -> None:
        """Remove objects, which may be gone already."""
        for name in names:
            try:
                self.store.rm_file(self._path(name), timeout=self.timeouts.request_s)
            except FileNotFoundError:
                continue
            except Exception as err:  # the library has errors of its own
                raise explained(self.address.below(name), err, "write") from err

    def _version(self, name: str) -> str:
        try:
            found = self.store.info(self._path(name), refresh=True, timeout=self.timeouts.request_s)
        except FileNotFoundError:
            return NO_OBJECT
        except Exception as err:  # the library has errors of its own
            raise explained(self.address.below(name), err) from err
        return str(found[CONDITIONS[self.address.scheme].version])

    def _asked(self, name: str, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except Exception as err:  # the library has errors of its own
            raise explained(self.address.below(name), err, "write") from err

    def _path(self, name: str) -> str:
        return self.address.below(name).root
