"""The page and report.json of a fixed database, to the byte; a change is accepted by review only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import Run
from tests.golden_files import same_as_golden


def test_golden_page_and_figures(run: Run, month: Path) -> None:
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    same_as_golden("report.html", Path("out/report.html").read_text(encoding="utf-8"))
    same_as_golden("report.json", Path("out/report.json").read_text(encoding="utf-8"))


def test_bytes_do_not_depend_on_the_hash_seed(month: Path, tmp_path: Path) -> None:
    pages = []
    for seed in ("1", "2"):
        out = tmp_path / seed / "report.html"
        environment = os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1794000000"}
        command = [sys.executable, "-m", "finops_report", "build", "--db", str(month), "--out", str(out)]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        pages.append(out.read_bytes() + out.with_suffix(".json").read_bytes())
    assert pages[0] == pages[1]
