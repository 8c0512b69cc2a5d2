"""One view without the page, in each format."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from finops_report.query import for_terminal
from finops_report.warehouse import view_names
from tests.conftest import Run, call
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


def test_all_views_are_listed_with_what_they_answer(run: Run) -> None:
    result = run("query", "--list")
    assert result.exit_code == 0
    names = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert names == list(view_names())
    assert "total_spend\n    What was spent each day of the period" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "table"])
def test_a_period_without_rows_gives_none_and_their_names(run: Run, month: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"rows.{form}"
    command = ("query", "spend_by_team", "--db", month, "--month", "2020-01", "--format", form, "--out", out)
    assert run(*command).exit_code == 0
    if form == "csv":
        assert out.read_text().startswith("team,project,requests,cost_usd")
        assert len(out.read_text().splitlines()) == 1
    elif form == "parquet":
        with duckdb.connect() as con:
            rows = con.read_parquet(str(out))
            assert (rows.columns[:2], rows.fetchall()) == (["team", "project"], [])
    else:
        assert out.read_text() == {"json": "[]\n", "table": "no rows\n"}[form]


def test_names_steer_no_terminal(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call(model="\x1b]0;owned\x07\x9b2J"))
    assert "\\x1b]0;owned\\x07\\x9b2J" in run("query", "spend_by_model", "--db", db).stdout
    assert not {"\x1b", "\x07", "\x9b"} & set(run("build", "--db", db).output)


def test_rows_as_csv_on_a_terminal_steer_nothing_either() -> None:
    assert for_terminal(b"model\r\n\x1b[2J\r\n") == b"model\n\\x1b[2J\n"
