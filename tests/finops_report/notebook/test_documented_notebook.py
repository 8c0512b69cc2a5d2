"""The notebook of the docs runs in a real kernel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
EXECUTE = Path(sys.executable).with_name("jupyter-execute")


def notebook_of(cells: list[str]) -> dict[str, Any]:
    common: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    own = [common | {"id": f"cell-{place}", "source": cell} for place, cell in enumerate(cells)]
    return {"cells": own, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_the_notebook_of_the_docs_runs_and_shows_what_it_says(month: Path, tmp_path: Path) -> None:
    month.rename(tmp_path / "telemetry.duckdb")
    cells = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "notebook.md").read_text("utf-8"), flags=re.DOTALL)
    (tmp_path / "documented.ipynb").write_text(json.dumps(notebook_of(cells)))
    own = {name: str(tmp_path / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    subprocess.run(
        [EXECUTE, "--inplace", "--kernel_name=python3", "documented.ipynb"],
        cwd=tmp_path,
        env=os.environ | own | {"SOURCE_DATE_EPOCH": "1794000000"},
        check=True,
        capture_output=True,
    )
    run = json.loads((tmp_path / "documented.ipynb").read_text("utf-8"))
    shown = [{kind for output in cell["outputs"] for kind in output.get("data", {})} for cell in run["cells"]]
    assert "text/html" in shown[0]
    assert "text/html" in shown[1]
    assert "application/vnd.plotly.v1+json" in shown[2]
    assert (tmp_path / "october.html").stat().st_size > 500_000
