"""The notebook of the docs runs in marimo, and shows there what it shows in Jupyter (`make notebooks`)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from benchmarks.environments import python_with
from tests.finops_report.notebook.test_documented_notebook import ROOT, notebook_of

pytestmark = pytest.mark.skipif("FINOPS_MARIMO" not in os.environ, reason="marimo is 250 MB: make notebooks")
REQUIREMENTS = (
    "marimo>=0.25,<1",
    "nbformat>=5",
    f"{ROOT}[notebook]",
)  # ours for what it needs: the tree goes before it


def test_the_notebook_of_the_docs_shows_itself_in_marimo(month: Path, tmp_path: Path) -> None:
    python = python_with("notebook-marimo", REQUIREMENTS)
    assert python is not None
    month.rename(tmp_path / "telemetry.duckdb")
    cells = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "notebook.md").read_text("utf-8"), flags=re.DOTALL)
    (tmp_path / "documented.ipynb").write_text(json.dumps(notebook_of([*cells, "october.report()"])))
    own = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "router"))), "SOURCE_DATE_EPOCH": "1794000000"}
    for command in (
        ("convert", "documented.ipynb", "--output", "documented.py"),
        ("export", "html", "documented.py", "--output", "documented.html"),
    ):
        subprocess.run(
            [python, "-m", "marimo", "--yes", *command],
            cwd=tmp_path,
            env=os.environ | own,
            check=True,
            capture_output=True,
        )
    shown = json.loads((tmp_path / "__marimo__/session/documented.py.json").read_text("utf-8"))["cells"]
    outputs = [cell["outputs"][0]["data"] for cell in shown]
    telemetry, providers, figure, _, report = (str(one.get("text/html", "")) for one in outputs)
    assert "How much are we spending" in telemetry
    assert "marimo-table" in providers
    assert "marimo-plotly" in figure
    assert report.startswith("<iframe title=")
    assert (tmp_path / "october.html").stat().st_size > 500_000
