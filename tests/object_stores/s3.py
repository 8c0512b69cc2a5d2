"""Start the S3 server once a run, and give each test a bucket of its own."""

from __future__ import annotations

import fcntl
import itertools
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.once import made_once

ROOT = Path(__file__).parents[2]
NUMBERS = itertools.count()
HELD: list[int] = []  # for as long as this process lives; a file would warn that it was never closed
SECRET = "wJalr-not-to-be-shown"
BUCKET = "FINOPS_TEST_BUCKET"  # in the environment: the one of the test, with its scheme


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the run's server; whichever process asks first starts it."""
    folder = made_once(tmp_path_factory, "s3", start)
    if not HELD:
        hold(folder / "lock")
    return f"http://127.0.0.1:{(folder / 'port').read_text()}"


def start(folder: Path) -> None:
    hold(folder / "lock")
    command = [sys.executable, "-m", "tests.object_stores.server", str(folder / "lock")]
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "router")))
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}, start_new_session=True
    )
    server.returncode = 0  # it outlives this process if another still needs it: nobody is to be warned
    assert server.stdout is not None
    with server.stdout:
        (folder / "port").write_text(server.stdout.readline().strip())


def hold(lock: Path) -> None:
    held = os.open(lock, os.O_WRONLY | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_SH)
    HELD.append(held)


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a new bucket; what is needed to open it is in the environment."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }.items():
        monkeypatch.setenv(name, value)
    name = f"b{os.getpid()}-{next(NUMBERS)}"
    store().mkdir(name)
    monkeypatch.setenv(BUCKET, f"s3://{name}")
    return name


@cache
def store() -> Any:
    """The server as fsspec has it: to make a client takes a tenth of a second."""
    import s3fs

    return s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
