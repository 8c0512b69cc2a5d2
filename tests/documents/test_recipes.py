"""Each recipe is done as it stands there, on exports as the tools write them, and ends with a report."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Run
from tests.finops_report.ingest.conftest import as_lines
from tests.finops_report.ingest.test_langfuse import ALL as OBSERVATIONS
from tests.finops_report.ingest.test_litellm import REAL as SPEND_LOGS
from tests.finops_report.ingest.test_otlp import SAMPLE as TRACES
from tests.test_readme import serving_openai

AFTER_ALL = "1796073600"  # 30 November 2026: later than what the exports hold
RECIPES = Path(__file__).parents[2] / "docs/recipes"


def blocks(recipe: str, language: str) -> list[str]:
    text = (RECIPES / f"{recipe}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def done(recipe: str, run: Run, block: int | None = None) -> list[str]:
    """Do the commands of a recipe, or of one block of it; return what each printed."""
    asked = blocks(recipe, "bash") if block is None else [blocks(recipe, "bash")[block]]
    return [_printed(line, run) for text in asked for line in text.splitlines()]


def _printed(line: str, run: Run) -> str:
    program, *words = shlex.split(line)
    assert program == "finops-report"
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def figures(place: Path) -> dict[str, object]:
    totals: dict[str, object] = json.loads((place / "output/report.json").read_text(encoding="utf-8"))["totals"]
    return totals


def test_every_recipe_is_tested() -> None:
    assert {path.stem for path in RECIPES.glob("*.md")} == {"finance", "langfuse", "litellm", "opentelemetry", "sdk"}


def test_litellm(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", AFTER_ALL)
    logs = [json.loads(line) for line in SPEND_LOGS.read_text(encoding="utf-8").splitlines()]
    with duckdb.connect() as con:
        con.execute(f"copy (from read_json('{SPEND_LOGS}')) to '{tmp_path / 'spend_logs.csv'}' (header)")
    looked, _, _ = done("litellm", run)
    assert "LiteLLM" in looked
    assert figures(tmp_path)["cost_usd"] == pytest.approx(sum(float(log["spend"] or 0) for log in logs))


def test_langfuse(run: Run, tmp_path: Path) -> None:
    as_lines(tmp_path / "observations.jsonl", OBSERVATIONS)
    looked, *_ = done("langfuse", run)
    assert "Langfuse observations, 3 requests" in looked
    assert figures(tmp_path)["cost_usd"] == pytest.approx(0.0003369 + 0.7112805)
    assert "gpt-4o-mini" in (tmp_path / "models.csv").read_text(encoding="utf-8")


def test_opentelemetry(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", AFTER_ALL)
    shutil.copy(TRACES, tmp_path / "traces.jsonl")
    done("opentelemetry", run)
    assert figures(tmp_path)["requests"] == 3


@pytest.fixture
def openai_url() -> Iterator[str]:
    yield from serving_openai()


def test_sdk(run: Run, tmp_path: Path, openai_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH")  # the call is of now
    (code,) = blocks("sdk", "python")
    environment = os.environ | {"OPENAI_BASE_URL": openai_url, "OPENAI_API_KEY": "none"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True)
    _, teams = done("sdk", run)
    assert "search" in teams
    assert figures(tmp_path)["cost_usd"] == pytest.approx((60 * 0.15 + 40 * 0.075 + 20 * 0.6) / 1e6)


def test_finance(run: Run, tmp_path: Path) -> None:
    done("finance", run)
    assert "LLM spend" in (tmp_path / "mail.eml").read_text(encoding="utf-8")
    assert list((tmp_path / "statements").glob("*.html"))
    assert (tmp_path / "teams.csv").read_text(encoding="utf-8").startswith("team")
    page = (tmp_path / "output/report.html").read_text(encoding="utf-8")
    for words in ("Confidence", "What the words mean", "@media print"):
        assert words in page  # the recipe sends its readers there
