"""One view without the page, in each format."""

from __future__ import annotations

import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Run
from tests.finops_report.commands.traffic import COMMAND, ENVIRONMENT


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_a_view_can_be_had_without_the_page(month: Path, tmp_path: Path, form: str) -> None:
    command = [*COMMAND, "query", "spend_by_model", "--db", str(month), "--format", form]
    said = subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT, cwd=tmp_path).stdout
    out = tmp_path / f"rows.{form}"
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True, env=ENVIRONMENT, cwd=tmp_path)
    if form == "table":
        assert said.decode().split()[:3] == ["provider", "model", "requests"]
    else:
        with duckdb.connect() as con:
            rows = con.execute(f"from read_{form}($path)", {"path": str(out)})
            assert [column[0] for column in rows.description or ()][:3] == ["provider", "model", "requests"]
    assert form == "parquet" or out.read_bytes() == said


def test_a_misspelt_view_is_refused_with_the_nearest(run: Run, month: Path, tmp_path: Path) -> None:
    for wish in (("query", "spend_by_modl"), ("build", "--only", "spend_by_modl", "--out", tmp_path / "r.html")):
        result = run(*wish, "--db", month)
        assert result.exit_code == 1
        assert "hint: did you mean spend_by_model?" in result.output
    assert not list(tmp_path.glob("*.html"))
