"""A server of Azure's storage on loopback (Azurite), one a run, and a container of its own for each test."""

from __future__ import annotations

import base64
import itertools
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.object_stores.programs import ROOT, port_of
from tests.object_stores.s3 import BUCKET

NUMBERS = itertools.count()
AZURITE = ROOT / ".cache/azurite/node_modules/azurite/dist/src/blob/main.js"
ACCOUNT, KEY = "tests", base64.b64encode(b"wJalr-not-to-be-shown").decode()


@pytest.fixture(scope="session")
def az_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the run's server."""
    pytest.importorskip("adlfs", reason="adlfs is not installed")
    if not AZURITE.exists() or shutil.which("node") is None:
        pytest.skip("Azurite is not installed (make azurite)")
    return f"http://127.0.0.1:{port_of(tmp_path_factory, 'az', _command)}"


@pytest.fixture
def az_container(az_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a new container; what is needed to open it is in the environment."""
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection_string(az_server))
    name = f"c{os.getpid()}-{next(NUMBERS)}"
    files().mkdir(name)
    monkeypatch.setenv(BUCKET, f"az://{name}")
    return name


def connection_string(server: str) -> str:
    """What an application is given to reach a server, its key included."""
    written = {"AccountName": ACCOUNT, "AccountKey": KEY, "BlobEndpoint": f"{server}/{ACCOUNT}"}
    return ";".join(f"{name}={said}" for name, said in {"DefaultEndpointsProtocol": "http", **written}.items())


@cache
def files() -> Any:
    """The server as fsspec has it."""
    import adlfs

    return adlfs.AzureBlobFileSystem(skip_instance_cache=True, use_listings_cache=False)


def _command(port: int, _folder: Path) -> list[str]:
    asked = ["--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    account = f"AZURITE_ACCOUNTS={ACCOUNT}:{KEY}"
    return ["env", account, "node", str(AZURITE), "--blobHost", "127.0.0.1", "--blobPort", str(port), *asked]
