"""List the objects of a place once: what is read afterwards is what the list has, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finops_router.object_stores.address import StoreAddress
from finops_router.object_stores.errors import explained
from finops_router.object_stores.opening import TIMEOUTS, Timeouts

if TYPE_CHECKING:
    from fsspec.asyn import AsyncFileSystem

VERSIONS = ("ETag", "etag", "generation")  # how stores say that an object was written anew


@dataclass(frozen=True, slots=True)
class Listed:
    """An object: its size in bytes and its version, in the store's own words."""

    size: int
    version: str


def listed(files: AsyncFileSystem, address: StoreAddress, timeouts: Timeouts = TIMEOUTS) -> dict[str, Listed]:
    """Return all objects below a place, by bucket and name. Raises StoreError, also if there is no such bucket."""
    try:
        found = files.find(address.root, detail=True, timeout=timeouts.request_s)
        if isinstance(found, list):  # adlfs names a single object, and says no more of it
            found = {name: files.info(name, timeout=timeouts.request_s) for name in found}
        if not found:
            files.ls(
                address.bucket, timeout=timeouts.request_s
            )  # which tells an empty place from one that is not there
    except Exception as err:  # each library has errors of its own
        raise explained(address, err) from err
    inside = f"{address.root}/"
    return {name: _listed(found[name]) for name in sorted(found) if name.startswith(inside) or name == address.root}


def _listed(info: Mapping[str, Any]) -> Listed:
    version = next((str(info[key]) for key in VERSIONS if info.get(key)), "")
    return Listed(int(info["size"] or 0), version)
