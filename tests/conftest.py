"""Make the databases the tests read: hand-written rows, nine columns or all of them."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from finops_router import redaction
from hypothesis import settings

from tests.object_stores.az import az_container, az_server
from tests.object_stores.gs import gs_bucket, gs_server
from tests.object_stores.s3 import bucket, s3_server
from tests.once import made_once

# Fixtures: one server of a kind for the tests of both halves.
__all__ = ["az_container", "az_server", "bucket", "gs_bucket", "gs_server", "s3_server"]

BROWSER = Path(__file__).parent / "browser"
LONGEST = "test_wheel.py"  # it installs all that we depend on

# No test asserts a time: the first example of a busy machine is slow, for it loads what the others have.
IS_EXTENDED = bool(os.environ.get("FINOPS_EXTENDED"))
HAS_SPARK = bool(os.environ.get("FINOPS_SPARK"))
settings.register_profile("tests", deadline=None, max_examples=200 if IS_EXTENDED else 50)
settings.load_profile("tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the further examples to `make extended` (tests/extended.py), and those of Spark to `make spark`.

    The browser's tests run last: Playwright leaves its event loop running in the thread of all that come after. What
    waits longest runs first, or it would be waited for at the end.
    """
    left = {item for item in items if item.get_closest_marker("extended") and not IS_EXTENDED}
    left |= {item for item in items if item.get_closest_marker("spark") and not HAS_SPARK}
    if left:
        config.hook.pytest_deselected(items=list(left))
    asked = [item for item in items if item not in left]
    items[:] = sorted(asked, key=lambda item: (BROWSER in item.path.parents, item.path.name != LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Forget the keys of one test before the next: an error there may hold the same letters as plain words."""
    known = set(redaction._known)
    yield
    redaction._known.intersection_update(known)


NINE = (
    "timestamp TIMESTAMP, request_id VARCHAR, strategy VARCHAR, provider VARCHAR, model VARCHAR, "
    "input_tokens INTEGER, output_tokens INTEGER, cost_estimated DOUBLE, latency_ms DOUBLE"
)
Values = tuple[Any, ...]
Run = Callable[..., Result]


def write_table(path: Path, rows: Iterable[Values], table: str = "telemetry", columns: str = NINE) -> Path:
    """Make (or extend) a DuckDB file with one table; few rows only."""
    with duckdb.connect(str(path)) as con:
        name = '"' + table.replace('"', '""') + '"'
        con.execute(f"create table {name} ({columns})")
        for row in rows:
            con.execute(f"insert into {name} values ({', '.join('?' for _ in row)})", list(row))
    return path


def call(**changes: Any) -> Values:
    """One row of the nine columns; name what should differ."""
    row: dict[str, Any] = {
        "timestamp": "2026-10-01 12:00:00",
        "request_id": "r1",
        "strategy": "cost-first",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "input_tokens": 1000,
        "output_tokens": 100,
        "cost_estimated": 0.00021,
        "latency_ms": 800.0,
    }
    return tuple((row | changes).values())


@pytest.fixture
def nine(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of the nine columns into a fresh database and return its path."""

    def write(*rows: Values, table: str = "telemetry", columns: str = NINE) -> Path:
        return write_table(tmp_path / "telemetry.duckdb", rows, table, columns)

    return write


def figures_in(page: str) -> Any:
    """The figures of the live charts by name, as the page carries them."""
    ((size, letters),) = re.findall(r'id="figures" data-bytes="(\d+)">(.*?)</script>', page, flags=re.DOTALL)
    return json.loads(gzip.decompress(from_letters(letters)[: int(size)]))


def from_letters(letters: str) -> bytes:
    """The bytes in the letters of a page: two of 91 letters hold 13 bits."""
    alphabet = [chr(code) for code in range(33, 127) if chr(code) not in "&<\\"]
    digits = [alphabet.index(letter) for letter in letters]
    bits = "".join(f"{high * 91 + low:013b}" for high, low in zip(digits[::2], digits[1::2], strict=True))
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


def write_month(path: Path) -> Path:
    """Write ten days, three providers, two strategies, an unpriced model, some requests with two providers."""
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table calls ({NINE})")
        con.execute(
            """
            insert into calls
            select
                timestamp '2026-10-01' + to_seconds(i * 180), 'r' || (i - (i % 40 = 0)::int),
                case when i % 2 = 0 then 'cost-first' else 'performance-first' end,
                (['openai', 'anthropic', 'google'])[1 + i % 3],
                (['gpt-4o-mini', 'claude-haiku-4-5', 'gemini-2.5-flash'])[1 + i % 3],
                (200 + hash(i) % 3000)::int, (20 + hash(i * 3) % 400)::int,
                case when i % 50 <> 7 then (1 + hash(i * 5) % 900) / 1e5 end,
                exp(5 + (hash(i * 7) % 300) / 100.0)
            from range(4800) t (i)
            """
        )
    return path


@pytest.fixture
def month(tmp_path: Path) -> Path:
    """Ten days of requests (`write_month`)."""
    return write_month(tmp_path / "month.duckdb")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a page of `month` and its figures, for all tests that only read them."""
    return made_once(tmp_path_factory, "built", _build) / "out"


def _build(folder: Path) -> None:
    from finops_report.cli import main

    asked = ("build", "--db", str(write_month(folder / "month.duckdb")), "--out", str(folder / "out" / "report.html"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1794000000")  # 2026-11-06
        assert CliRunner().invoke(main, asked).exit_code == 0


@pytest.fixture
def built(run: Run, built_once: Path) -> Path:
    """The page of `built_once` as if it had just been built here: out/report.html, beside its figures."""
    shutil.copytree(built_once, "out")
    return Path("out/report.html")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run finops-report in an empty folder and return what it printed and its exit code."""
    from finops_report.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1794000000")  # 2026-11-06

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return invoke
