"""Open an object store through fsspec: credentials of the environment, bounds on every wait, nothing remembered."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from finops_router.object_stores.address import SCHEMES, StoreAddress
from finops_router.object_stores.errors import StoreError, explained

if TYPE_CHECKING:
    from fsspec.asyn import AsyncFileSystem


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for a connection, for the next bytes of an answer, for a whole request with all its tries."""

    connect_s: float = 10.0
    silence_s: float = 30.0
    request_s: float = 120.0


TIMEOUTS = Timeouts()


def filesystem(address: StoreAddress, timeouts: Timeouts = TIMEOUTS) -> AsyncFileSystem:
    """Return the file system of fsspec for an address; nothing is asked of the store yet.

    Raises StoreError if its library is not installed, or finds no credentials.
    """
    library = SCHEMES[address.scheme].library
    logging.getLogger(library).addHandler(logging.NullHandler())  # or else tracebacks of what is refused go to stderr
    try:
        module = import_module(library)
    except ModuleNotFoundError as err:
        extra = SCHEMES[address.scheme].extra
        raise StoreError(f"{err.name} is not installed", f"pip install 'finops-report[{extra}]'") from err
    try:
        return _made(address.scheme, module, timeouts)
    except Exception as err:  # each library has errors of its own, before anything is asked
        raise explained(address, err) from err


def _made(scheme: str, module: Any, timeouts: Timeouts) -> AsyncFileSystem:
    fresh: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if scheme == "s3":
        waits = {"connect_timeout": timeouts.connect_s, "read_timeout": timeouts.silence_s}
        return cast(
            "AsyncFileSystem",
            module.S3FileSystem(config_kwargs={**waits, "retries": {"max_attempts": 3, "mode": "standard"}}, **fresh),
        )
    if scheme == "gs":
        plain = module.core.GCSFileSystem  # the one beside it asks what kind a bucket is, by gRPC and for a minute
        return cast("AsyncFileSystem", plain(timeout=timeouts.silence_s, **fresh))
    import os  # noqa: PLC0415 -- adlfs alone reads nothing of an anonymous account by itself

    account = os.environ.get("AZURE_STORAGE_ACCOUNT_NAME")
    waits = {"connection_timeout": timeouts.connect_s, "read_timeout": timeouts.silence_s}
    return cast("AsyncFileSystem", module.AzureBlobFileSystem(account_name=account, **waits, **fresh))
