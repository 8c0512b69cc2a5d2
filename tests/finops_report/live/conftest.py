"""Give the tests of the live page a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.finops_report.live.telemetry import Telemetry


@pytest.fixture
def telemetry(tmp_path: Path) -> Telemetry:
    return Telemetry(tmp_path / "telemetry.duckdb")
