"""Start a Spark of our own on loopback: one process that is all of it, or a master with workers that can be killed."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

LOCAL = "127.0.0.1"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
STARTS_S = 120
ODD = {  # settings that our session has to put right, and a zone that is not ours
    "spark.sql.ansi.enabled": "false",
    "spark.sql.files.ignoreMissingFiles": "true",
    "spark.sql.files.ignoreCorruptFiles": "true",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.session.timeZone": "Asia/Tokyo",
}


@dataclass(frozen=True)
class Spark:
    """A Spark Connect that listens; `workers` are the processes that its work is done in, if there are any."""

    port: int
    folder: Path
    workers: tuple[subprocess.Popen[bytes], ...] = ()

    @property
    def address(self) -> str:
        return f"sc://{LOCAL}:{self.port}"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements in a session of their own, and return the rows of the last."""
        with warnings.catch_warnings():  # of versions of pandas
            warnings.simplefilter("ignore")
            from pyspark.sql.connect.session import SparkSession

        session = SparkSession.builder.remote(self.address).create()
        try:
            session.conf.set("spark.sql.session.timeZone", "UTC")
            rows = [session.sql(one).collect() for one in statements]
        finally:
            session.stop()
        return list(map(tuple, rows[-1]))

    def kill(self, worker: int) -> None:
        """End a worker, and the process in which it works for us, as a machine that fails does."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)


@cache
def started_spark() -> Spark:
    """The Spark that all tests share: it ends with them."""
    pytest.importorskip("pyspark", reason="Spark is not installed (make spark)")
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(serving("local[2]"))


@contextmanager
def cluster(workers: int) -> Iterator[Spark]:
    """A master, its workers, and a Spark Connect that has its work done by them."""
    with ExitStack() as stack:
        port = free_port()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finops-spark-")))
        _begin(stack, folder / "master", MASTER, "--host", LOCAL, "--port", str(port), "--webui-port", "0")
        _await(port)
        url = f"spark://{LOCAL}:{port}"
        options = ("--host", LOCAL, "--cores", "1", "--memory", "1g", "--webui-port", "0")
        begun = tuple(
            _begin(stack, folder / f"worker_{number}", WORKER, *options, "--work-dir", str(folder / f"{number}"), url)
            for number in range(workers)
        )
        settings = {"spark.executor.memory": "700m", "spark.executor.cores": "1", "spark.cores.max": str(workers)}
        spark = stack.enter_context(serving(url, **settings))
        yield Spark(spark.port, spark.folder, begun)


@contextmanager
def serving(master: str, **settings: str) -> Iterator[Spark]:
    """A Spark Connect of a master."""
    port = free_port()
    own = {
        "spark.connect.grpc.binding.address": LOCAL,
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.bindAddress": LOCAL,
        "spark.driver.host": LOCAL,
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        **ODD,
        **settings,
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finops-spark-")))
        own["spark.sql.warehouse.dir"] = str(folder / "warehouse")
        given = [part for name, value in own.items() for part in ("--conf", f"{name}={value}")]
        submit = ["org.apache.spark.deploy.SparkSubmit", "--class", CONNECT, "--master", master]
        _begin(stack, folder / "connect", *submit, "--driver-memory", "1g", *given, "spark-internal")
        _await(port)
        yield Spark(port, folder)


def _begin(stack: ExitStack, folder: Path, *command: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    folder.mkdir(parents=True)
    log = stack.enter_context((folder / "log").open("wb"))
    begun = subprocess.Popen(
        [str(home / "bin/spark-class"), *command],
        cwd=folder,
        env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOCAL, "SPARK_LOCAL_DIRS": str(folder)},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    stack.callback(_end, begun)
    return begun


def _end(begun: subprocess.Popen[bytes]) -> None:
    if begun.poll() is None:
        os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()


def _await(port: int) -> None:
    end_s = time.monotonic() + STARTS_S
    while True:
        try:
            with socket.create_connection((LOCAL, port), timeout=1):
                return
        except OSError:
            assert time.monotonic() < end_s, "Spark does not start"
            time.sleep(0.2)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind((LOCAL, 0))
        return int(taken.getsockname()[1])


def has_java() -> bool:
    """Return whether there is a Java, without which there is no Spark."""
    return shutil.which("java") is not None
