"""The five answers in a few words: short enough for one line of a telephone, with the verdict of the answer."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from finops_report.model import Report
from tests.conftest import NINE
from tests.finops_report.figures.conftest import reported


def built(path: Path, rows: str = "") -> Report:
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table telemetry ({NINE})")
        if rows:
            con.execute(f"insert into telemetry {rows}")
    return reported(path)


def test_each_says_its_topic_a_few_words_and_the_verdict_of_its_answer(tmp_path: Path) -> None:
    made = built(
        tmp_path / "t.duckdb",
        "select timestamp '2026-10-01' + to_seconds(i * 432), 'r' || i,"
        " (['cost-first', 'performance-first'])[1 + i % 2], 'a-provider-with-a-very-long-name', 'm', 500, 50,"
        " case when i % 2 = 0 then 0.01 else 0.03 end, case when i % 2 = 0 then 800 else 500 end"
        " from range(2000) t (i)",
    )
    assert [(brief.topic, brief.words) for brief in made.briefs] == [
        ("Spend", "as before"),
        ("Providers", "a-provider-wi… 100 %"),
        ("Strategies", "67 % cheaper, 38 % faster"),
        ("Latency", "95 % in 804 ms"),
        ("Failures", "not recorded"),
    ]
    assert [brief.verdict for brief in made.briefs] == [answer.verdict for answer in made.answers]


@pytest.mark.parametrize(
    "rows", ["", "select timestamp '2026-10-01', 'r', 'fixed', null, null, null, null, null, null"]
)
def test_what_is_not_known_is_said_so(tmp_path: Path, rows: str) -> None:
    words = [brief.words for brief in built(tmp_path / "t.duckdb", rows).briefs]
    assert words[1:] == ["no known price", "not compared", "not recorded", "not recorded"]
