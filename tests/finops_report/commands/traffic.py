"""What the tests of commands record, and read back of a report."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from finops_router.records import RequestRecord

COMMAND = [sys.executable, "-m", "finops_report"]
ENVIRONMENT = os.environ | {"SOURCE_DATE_EPOCH": "1794000000", "PYTHONUNBUFFERED": "1"}


def record(number: int) -> RequestRecord:
    return RequestRecord(
        timestamp_us=1_790_000_000_000_000 + number * 1_000_000,
        request_id=f"r{number}",
        strategy="cost-first",
        provider="openai",
        model="gpt-4o-mini",
        input_tokens=10,
        output_tokens=5,
        cost_estimated=0.001,
        latency_ms=100.0,
    )


def requests_in(report: Path) -> int:
    document: dict[str, Any] = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    found: int = document["totals"]["requests"]
    return found
