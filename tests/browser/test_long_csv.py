"""A CSV of a thousand models is packed in the page and plain on the reader's disk."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.browser.visits import OpenPage

pytestmark = pytest.mark.browser
LINK = "#spend_by_model .csv"
MODELS = """
    create table calls as select
        timestamp '2026-10-01' + to_seconds(i * 60) as timestamp, 'r' || i as request_id, 'cost-first' as strategy,
        'provider-' || i % 40 as provider, 'a/model-with-a-long-name-' || i % 1000 as model, 100 as input_tokens,
        10 as output_tokens, 0.01 as cost_estimated, 500 as latency_ms
    from range(5000) t (i)"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    with duckdb.connect(str(folder / "calls.duckdb")) as con:
        con.execute(MODELS)
    out = folder / "report.html"
    command = [sys.executable, "-m", "finops_report", "build", "--db", str(folder / "calls.duckdb"), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def test_with_scripts_it_is_saved_plain(visit: OpenPage, models: Path) -> None:
    seen = visit(models)
    for _ in range(2):
        with seen.page.expect_download() as waiting:
            seen.page.locator(LINK).click()
        assert waiting.value.suggested_filename == "spend_by_model.csv"
        lines = waiting.value.path().read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1001
    assert "gzip" not in seen.page.locator(LINK).inner_text()
    assert seen.errors == []


def test_without_scripts_it_is_saved_packed_and_says_so(visit: OpenPage, models: Path) -> None:
    seen = visit(models, scripts=False)
    assert "CSV (gzip)" in seen.page.locator(LINK).inner_text()
    with seen.page.expect_download() as waiting:
        seen.page.locator(LINK).click()
    assert waiting.value.suggested_filename == "spend_by_model.csv.gz"
    assert len(gzip.decompress(waiting.value.path().read_bytes()).decode().splitlines()) == 1001
