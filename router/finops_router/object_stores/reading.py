"""Let DuckDB read objects: a file system of fsspec that has what was listed, and fetches the ranges it is asked for.

DuckDB asks for the end of a Parquet file, then for the columns and row groups that a statement needs, and keeps what it
got while memory lasts: each range comes over the network once.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractFileSystem

from finops_router.object_stores.address import StoreAddress
from finops_router.object_stores.errors import StoreError, explained
from finops_router.object_stores.listing import Listed
from finops_router.object_stores.opening import TIMEOUTS, Timeouts

if TYPE_CHECKING:
    from fsspec.asyn import AsyncFileSystem

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # when an object of the list was written: it does not change


class ListedObjects(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
    """The objects of a list as files that can only be read.

    DuckDB knows them by `protocol`, the scheme of the address if none is given. `failure` is
    why one could not be had, for DuckDB hands on the text of an error alone; `requests` and `read_bytes` count
    what was asked of the store.
    """

    cachable = False

    def __init__(
        self,
        store: AsyncFileSystem,
        address: StoreAddress,
        objects: Mapping[str, Listed],
        timeouts: Timeouts = TIMEOUTS,
        protocol: str = "",
    ) -> None:
        super().__init__()
        self.protocol = protocol or address.scheme
        self.failure: StoreError | None = None
        self.requests = 0
        self.read_bytes = 0
        self.store = store
        self._address, self._objects, self._timeouts = address, objects, timeouts
        self._counting = threading.Lock()

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the one object of such a name, written as a pattern that matches it alone."""
        name = re.sub(r"\[([*?\[])\]", r"\1", path)
        return [name] if self._name(name) in self._objects else []

    def exists(self, path: str, **_: Any) -> bool:
        return self._name(path) in self._objects

    def isfile(self, path: str) -> bool:
        return self.exists(path)

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        return {"name": path, "size": self._object(path).size, "type": "file"}

    def modified(self, path: str) -> datetime:
        self._object(path)
        return ALWAYS

    def open(self, path: str, mode: str = "rb", **_: Any) -> io.RawIOBase:
        if mode != "rb":
            raise PermissionError("objects are only read")
        return _Ranges(self, self._name(path), self._object(path).size)

    def fetched(self, name: str, begin: int, end: int) -> bytes:
        """Return the bytes [begin, end) of an object; raises StoreError, and remembers it as `failure`."""
        place = StoreAddress(self._address.scheme, *name.partition("/")[::2])
        try:
            content = bytes(self.store.cat_file(name, start=begin, end=end, timeout=self._timeouts.request_s))
        except Exception as err:  # each library has errors of its own
            raise self._failed(_gone(place) if isinstance(err, FileNotFoundError) else explained(place, err)) from err
        with self._counting:
            self.requests += 1
            self.read_bytes += len(content)
        if len(content) != end - begin:
            raise self._failed(changed(place))
        return content

    def _failed(self, failure: StoreError) -> StoreError:
        self.failure = self.failure or failure
        return failure

    def _object(self, path: str) -> Listed:
        found = self._objects.get(self._name(path))
        if found is None:
            raise FileNotFoundError(path)
        return found

    def _name(self, path: str) -> str:
        return path.removeprefix(f"{self.protocol}://")


class _Ranges(io.RawIOBase):
    """An object that several threads read at once through this one file, as DuckDB does.

    It seeks and then reads, so each of its threads has a place of its own; Python's thread-locals do not outlive a call
    from a thread that is not Python's.
    """

    def __init__(self, objects: ListedObjects, name: str, size: int) -> None:
        super().__init__()
        self._objects, self._name, self._size = objects, name, size
        self._places: dict[int, int] = {}

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._places.get(threading.get_ident(), 0)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self._size}[whence]
        self._places[threading.get_ident()] = begin + offset
        return begin + offset

    def read(self, size: int = -1) -> bytes:
        begin = self.tell()
        end = self._size if size < 0 else min(begin + size, self._size)
        content = self._objects.fetched(self._name, begin, end) if end > begin else b""
        self._places[threading.get_ident()] = begin + len(content)
        return content


def changed(place: StoreAddress) -> StoreError:
    """Return the error that an object is not the one that was listed."""
    return StoreError(f"It was written anew while it was read: {place}", "build again")


def _gone(place: StoreAddress) -> StoreError:
    return StoreError(
        f"It was removed while it was read: {place}", "build again: files of a day may have been merged into one"
    )
