"""`import finops_router` is light: no price list, no SDK, no database; `make bench` measures how fast it is."""

from __future__ import annotations

import subprocess
import sys

import finops_router
import pytest

HEAVY = {
    "genai_prices",
    "pydantic",
    "aiohttp",
    "httpx",
    "httpx2",
    "duckdb",
    "openai",
    "anthropic",
    "botocore",
    "finops_router.demo",
}
ROUTER = {"asyncio", "msgspec", "finops_router.router", "finops_router.settings.router"}


def loaded_by(statement: str) -> set[str]:
    """The names of all modules that a fresh Python has loaded after `statement`."""
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_router_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded_by("import finops_router")
    assert not HEAVY & loaded_by("from finops_router import *")


def test_reading_settings_of_a_report_loads_no_router() -> None:
    assert not (HEAVY | ROUTER) & loaded_by("from finops_router.settings.reader import read; read(None)")


def test_every_public_name_is_there_and_is_no_module() -> None:
    code = """
from types import ModuleType
import finops_router.router
print([name for name in finops_router.__all__ if isinstance(getattr(finops_router, name), ModuleType)])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert set(finops_router.__all__) <= set(dir(finops_router))


def test_other_names_are_missing_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Rooter'"):
        getattr(finops_router, "Rooter")  # noqa: B009 -- a name the type checker would refuse
