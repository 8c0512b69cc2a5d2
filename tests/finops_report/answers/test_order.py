"""All answers together: their order, and each in a few words, short enough for one line of a telephone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finops_report.document.writing import report_json
from finops_report.report import report
from tests.finops_report.answers.conftest import Asked
from tests.finops_report.conftest import answers_of

FIELDS = ("key", "topic", "question", "answer", "brief", "verdict", "rule", "evidence")


def test_they_come_in_the_order_executives_ask(ask: Asked) -> None:
    assert list(ask()) == ["spend", "mix", "strategies", "latency", "resilience"]


def test_each_has_a_topic_and_a_few_words(ask: Asked) -> None:
    answers = ask(
        "select timestamp '2026-10-01' + to_seconds(i * 432), 'r' || i,"
        " (['cost-first', 'performance-first'])[1 + i % 2], 'a-provider-with-a-very-long-name', 'm', 500, 50,"
        " case when i % 2 = 0 then 0.01 else 0.03 end, case when i % 2 = 0 then 800 else 500 end"
        " from range(2000) t (i)",
    )
    assert [(answer.topic, answer.brief) for answer in answers.values()] == [
        ("Spend", "as before"),
        ("Providers", "a-provider-wi… 100 %"),
        ("Strategies", "67 % cheaper, 38 % faster"),
        ("Latency", "95 % in 804 ms"),
        ("Failures", "not recorded"),
    ]


@pytest.mark.parametrize(
    ("rows", "failures"),
    [
        ("", "nothing recorded"),
        ("select timestamp '2026-10-01', 'r', 'fixed', null, null, null, null, null, null", "not recorded"),
    ],
)
def test_what_is_not_known_is_said_so(ask: Asked, rows: str, failures: str) -> None:
    words = [answer.brief for answer in ask(rows).values()]
    assert words[1:] == ["no known price", "not compared", "not recorded", failures]


def test_report_json_has_each_answer_as_the_page_has_it(month: Path) -> None:
    made = report(answers_of(month), "t")
    written = json.loads(report_json(made))["answers"]
    assert [tuple(answer) for answer in written] == [FIELDS] * len(made.answers)
    assert [tuple(answer.values()) for answer in written] == [
        (*(getattr(answer, name) for name in FIELDS[:-1]), list(answer.evidence)) for answer in made.answers
    ]
