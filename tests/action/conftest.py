"""A job with a database, ready to run the Action."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.runner import Job
from tests.conftest import call, write_table


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "temp").mkdir()
    db = write_table(tmp_path / "telemetry.duckdb", [call()])
    return Job(tmp_path, {"db": str(db), "site": "site", "month": "2026-10", "archive": "none"})
