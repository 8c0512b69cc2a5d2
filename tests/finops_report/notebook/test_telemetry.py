"""Notebooks get what the commands give, in the types of pandas and Plotly."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go
import pytest

import finops_report
from finops_report.errors import ConfigError, DatabaseError, FinopsError, OutputError
from finops_report.notebook.days import Days
from finops_report.notebook.frames import frame
from finops_report.notebook.telemetry import Telemetry
from finops_report.warehouse import TypedRows
from tests.conftest import write_month


@pytest.fixture(scope="module")
def telemetry(tmp_path_factory: pytest.TempPathFactory) -> Telemetry:
    """Telemetry that is read once for all that only ask."""
    return finops_report.open(write_month(tmp_path_factory.mktemp("opened") / "month.duckdb"))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1794000000")


def test_a_view_is_a_frame_whose_columns_have_their_types(telemetry: Telemetry) -> None:
    found = telemetry.view("spend_by_provider")
    assert sorted(found["provider"]) == ["anthropic", "google", "openai"]
    kinds = found.dtypes.astype(str).to_dict()
    assert (kinds["provider"], kinds["requests"], kinds["cost_usd"]) == ("str", "int64", "float64")
    days = telemetry.view("total_spend")["day"]
    assert days.iloc[0] == pd.Timestamp("2026-10-01")


def test_every_view_is_the_one_of_report_json(telemetry: Telemetry) -> None:
    figures = json.loads(telemetry.report().json())
    for view in telemetry.views:
        rows = figures["views"][view]
        found = telemetry.view(view)
        assert len(found) == len(rows), view
        assert {name for row in rows for name in row} <= set(found.columns), view
        for name in found.select_dtypes(["int64", "Int64"]):
            assert [None if count is pd.NA else count for count in found[name]] == [row[name] for row in rows], name


def test_counts_beyond_the_digits_of_a_float_stay_exact_and_unknown_ones_unknown() -> None:
    most = 2**53 + 1
    found = frame(TypedRows(("tokens", "known"), ("HUGEINT", "BOOLEAN"), [(most, True), (None, None)]))
    assert found["tokens"].tolist() == [most, pd.NA]
    assert found.dtypes.astype(str).to_dict() == {"tokens": "Int64", "known": "boolean"}


def test_a_view_without_rows_has_its_columns(telemetry: Telemetry) -> None:
    found = telemetry.view("budgets")
    assert len(found) == 0
    assert "budget" in found.columns


def test_a_frame_is_the_callers_own(telemetry: Telemetry) -> None:
    own = telemetry.view("spend_by_provider")
    own["cost_usd"] = 0.0
    assert telemetry.view("spend_by_provider")["cost_usd"].sum() > 0


def test_a_figure_is_the_chart_of_the_page(telemetry: Telemetry) -> None:
    figure = telemetry.figure("spend_by_provider")
    assert isinstance(figure, go.Figure)
    assert figure.layout.title.text
    assert "Anthropic" in str(figure.to_dict())


def test_the_days_are_those_of_build(month: Path) -> None:
    days = Days(since="2026-10-02", until=date(2026, 10, 3))
    assert len(finops_report.open(month, days).view("total_spend")) == 2
    assert len(finops_report.open(month, Days(month="2026-10")).view("total_spend")) == 31


def test_the_report_is_that_of_build(month: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[report]\ntitle = "Ours"\n')
    saved = finops_report.open(month, config=tmp_path / "own.toml").report().save("page.html")
    built = subprocess.run(
        [sys.executable, "-m", "finops_report", "build", "--db", month, "--config", "own.toml", "--out", "built.html"],
        capture_output=True,
        check=True,
    )
    assert built.returncode == 0
    assert saved.read_bytes() == Path("built.html").read_bytes()
    assert Path("page.json").read_bytes() == Path("built.json").read_bytes()
    assert "<title>Ours" in saved.read_text("latin-1")


def test_it_shows_itself_and_escapes_what_it_shows(telemetry: Telemetry) -> None:
    shown = telemetry._repr_html_()
    assert "How much are we spending" in shown
    assert "<script" not in shown
    frame_shown = telemetry.report()._repr_html_()
    assert frame_shown.startswith("<iframe")
    assert frame_shown.count("<") == 2  # the page is the text of an attribute


def test_again_reads_anew(month: Path) -> None:
    telemetry = finops_report.open(month)
    before = telemetry.view("spend_by_provider")["requests"].sum()
    with duckdb.connect(str(month)) as con:
        con.execute("insert into calls select * replace ('again' as request_id) from calls limit 1")
    assert telemetry.view("spend_by_provider")["requests"].sum() == before
    assert telemetry.again().view("spend_by_provider")["requests"].sum() == before + 1


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda of: of.view("spend_by_provder"), ConfigError, "spend_by_provider"),
        (lambda of: of.meaning("x"), ConfigError, "views"),
        (lambda of: of.figure("finops_measures"), OutputError, "look at its view"),
        (lambda of: of.figure("spend_by_provider", chart="pie"), ConfigError, "charts"),
        (lambda of: of.report().save(of.report().save("a.html").with_name("notes.txt")), OutputError, "notes.txt"),
    ],
)
def test_what_cannot_be_had_is_said_with_a_hint(
    telemetry: Telemetry, ask: Callable[[Telemetry], object], error: type[FinopsError], words: str
) -> None:
    Path("notes.txt").write_text("mine")
    with pytest.raises(error) as caught:
        ask(telemetry)
    assert words in f"{caught.value.message} {caught.value.hint}"
    assert Path("notes.txt").read_text() == "mine"


def test_no_source_and_no_day_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError):
        finops_report.open(tmp_path / "none.duckdb").view("totals")
    with pytest.raises(ConfigError, match="No day: since='October'"):
        finops_report.open(days=Days(since="October"))


def test_without_pandas_the_error_says_what_to_install(month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.delitem(sys.modules, "finops_report.notebook.frames", raising=False)
    with pytest.raises(ConfigError) as caught:
        finops_report.open(month).view("totals")
    assert "finops-report[notebook]" in caught.value.hint


def test_to_import_the_package_loads_nothing_heavy() -> None:
    code = "import sys, finops_report; print({'duckdb', 'plotly', 'pandas', 'click'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
