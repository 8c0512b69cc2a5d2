"""What `pip install finops-report` brings stays small: read from the installed distributions, without a network."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HEAVY = {"pandas", "numpy", "pyarrow", "botocore", "cryptography", "openai", "anthropic", "google-genai"}
MOST_MB = 190  # as files of the wheels; compiled modules add a quarter, and all of it stays below 200 MB


def core(asked: Iterable[str]) -> set[str]:
    """Return the names of all distributions that `asked` brings here."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in asked]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found or not applies(wanted, ""):
            continue
        found.add(name)
        lines = [Requirement(line) for line in distribution(wanted.name).requires or ()]
        waiting += [line for line in lines if any(applies(line, extra) for extra in ("", *wanted.extras))]
    return found


def applies(wanted: Requirement, extra: str) -> bool:
    return wanted.marker is None or wanted.marker.evaluate({"extra": extra})


def sizes(names: Iterable[str]) -> Iterator[int]:
    for name in names:
        for path in distribution(name).files or ():
            yield path.size or 0


def test_the_core_brings_no_pandas_and_nothing_as_heavy() -> None:
    names = core(PROJECT["dependencies"])
    assert {"duckdb", "aiohttp", "pydantic"} <= names  # the last comes by another
    assert not names & HEAVY


def test_the_core_stays_below_its_weight() -> None:
    assert sum(sizes(core(PROJECT["dependencies"]))) / 1e6 < MOST_MB


def test_pandas_comes_with_the_notebook() -> None:
    assert {Requirement(line).name for line in PROJECT["optional-dependencies"]["notebook"]} == {"pandas"}
