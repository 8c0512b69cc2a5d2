"""`import router` is light: no price list, no SDK, a tenth of a second."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"genai_prices", "pydantic", "httpx", "httpx2", "duckdb", "openai", "anthropic", "router.demo"}
CODE = """
import sys, time
began = time.perf_counter()
import router
print(time.perf_counter() - began, *sys.modules)
"""


def test_importing_router_is_fast_and_loads_nothing_heavy() -> None:
    runs = [
        subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(5)
    ]
    assert not HEAVY & set(runs[0][1:])
    assert min(float(run[0]) for run in runs) < 0.1
