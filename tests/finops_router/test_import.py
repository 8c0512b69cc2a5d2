"""`import finops_router` is light: no price list, no SDK, no database; `make bench` measures how fast it is."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "genai_prices",
    "pydantic",
    "httpx",
    "httpx2",
    "duckdb",
    "openai",
    "anthropic",
    "botocore",
    "finops_router.demo",
}


def test_importing_router_loads_nothing_heavy() -> None:
    code = "import sys, finops_router; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())
