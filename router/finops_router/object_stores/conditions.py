"""Write an object in place of the version that was read, and of no other: each store has words of its own for that."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fsspec.asyn import AsyncFileSystem

NO_OBJECT = ""  # the version of one that is not there
UPLOAD = (
    "--{0}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{1}\r\n"
    "--{0}\r\nContent-Type: application/octet-stream\r\n\r\n"
)
COPY_LOOK_S = 0.1  # between two looks at a copy that Azure has not ended yet


class Conditions(Protocol):
    """What differs between stores where versions count. All methods raise what the store's library does.

    `version` is what fsspec's account of an object calls its version. Paths begin with the bucket.
    """

    version: str

    def replace(self, store: AsyncFileSystem, path: str, content: bytes, version: str, limit_s: float) -> str:
        """Write an object if it is of this version (NO_OBJECT: if there is none), and return the one it has now."""

    def rename(self, store: AsyncFileSystem, path: str, to: str, limit_s: float) -> None:
        """Give an object another name, which it may have had from another loader: then only the old one goes.

        Raises FileNotFoundError if another loader has finished with it.
        """


class S3:
    """Versions are ETags; a copy is there when its request is answered."""

    version = "ETag"

    def replace(self, store: AsyncFileSystem, path: str, content: bytes, version: str, limit_s: float) -> str:
        bucket, _, key = path.partition("/")
        only = {"IfNoneMatch": "*"} if version == NO_OBJECT else {"IfMatch": version}
        return str(store.call_s3("put_object", Bucket=bucket, Key=key, Body=content, **only)["ETag"])

    def rename(self, store: AsyncFileSystem, path: str, to: str, limit_s: float) -> None:
        _copy_and_remove(store, path, to, limit_s)


class Google:
    """Versions are generations, and none is 0; a copy is there when its last request is answered."""

    version = "generation"

    def replace(self, store: AsyncFileSystem, path: str, content: bytes, version: str, limit_s: float) -> str:
        bucket, _, key = path.partition("/")
        between = secrets.token_hex(16)
        written = store.call(
            "POST",
            f"{store.base.removesuffix('storage/v1/')}upload/storage/v1/b/{quote(bucket, safe='')}/o",
            uploadType="multipart",
            ifGenerationMatch=0 if version == NO_OBJECT else version,
            headers={"Content-Type": f"multipart/related; boundary={between}"},
            data=UPLOAD.format(between, json.dumps({"name": key})).encode() + content + f"\r\n--{between}--".encode(),
            json_out=True,
            timeout=limit_s,
        )
        return str(written["generation"])

    def rename(self, store: AsyncFileSystem, path: str, to: str, limit_s: float) -> None:
        _copy_and_remove(store, path, to, limit_s)


class Azure:
    """Versions are ETags; a copy may go on after its request is answered."""

    version = "etag"

    def replace(self, store: AsyncFileSystem, path: str, content: bytes, version: str, limit_s: float) -> str:
        from azure.core import MatchConditions  # noqa: PLC0415 -- it comes with an extra
        from fsspec.asyn import sync  # noqa: PLC0415

        only: Mapping[str, Any] = {"overwrite": False}
        if version != NO_OBJECT:
            only = {"overwrite": True, "etag": version, "match_condition": MatchConditions.IfNotModified}

        async def uploaded() -> str:
            async with _blob(store, path) as blob:
                return str((await blob.upload_blob(content, **only))["etag"])

        return str(sync(store.loop, uploaded, timeout=limit_s))

    def rename(self, store: AsyncFileSystem, path: str, to: str, limit_s: float) -> None:
        from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415 -- it comes with an extra
        from fsspec.asyn import sync  # noqa: PLC0415

        try:
            sync(store.loop, _renamed, store, path, to, timeout=limit_s)
        except ResourceNotFoundError as err:
            raise FileNotFoundError(path) from err


CONDITIONS: Mapping[str, Conditions] = {"s3": S3(), "gs": Google(), "az": Azure()}


def _copy_and_remove(store: AsyncFileSystem, path: str, to: str, limit_s: float) -> None:
    store.cp_file(path, to, timeout=limit_s)
    store.rm_file(path, timeout=limit_s)


async def _renamed(store: AsyncFileSystem, path: str, to: str) -> None:
    """Copy, wait for the end of it, whoever began it, and only then remove: a copy ends badly without its source.

    One loader alone can begin it, where nothing is yet: a second copy would empty the place until it has ended.
    """
    from azure.core import MatchConditions  # noqa: PLC0415 -- it comes with an extra
    from azure.core.exceptions import ResourceExistsError, ResourceModifiedError  # noqa: PLC0415

    async with _blob(store, path) as source, _blob(store, to) as target:
        with suppress(ResourceExistsError, ResourceModifiedError):  # another loader began it, or this one twice
            await target.start_copy_from_url(source.url, match_condition=MatchConditions.IfMissing)
        while (status := (await target.get_blob_properties()).copy.status) == "pending":
            await asyncio.sleep(COPY_LOOK_S)
        if status not in {None, "success"}:
            await target.delete_blob()  # which is empty: the next loader finds none, and begins again
            raise ConnectionAbortedError(status)
        await source.delete_blob()


def _blob(store: AsyncFileSystem, path: str) -> Any:
    container, _, name = path.partition("/")
    return store.service_client.get_blob_client(container, name)
