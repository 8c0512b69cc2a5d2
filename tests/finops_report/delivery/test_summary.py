"""A report in a few lines, for people and for the steps of a workflow."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from finops_report.delivery.summary import breaches, markdown, outputs
from finops_report.document import Digest, digest_of


@pytest.fixture
def document(run: Callable[..., Result], month: Path) -> dict[str, Any]:
    """The report.json of a built report."""
    assert run("build", "--db", month, "--out", "report.html").exit_code == 0
    read: dict[str, Any] = json.loads(Path("report.json").read_text(encoding="utf-8"))
    return read


def digest(document: dict[str, Any]) -> Digest:
    return digest_of(json.dumps(document).encode(), "report.json")


def test_every_question_is_a_row_with_its_verdict(document: dict[str, Any]) -> None:
    lines = markdown(digest(document)).splitlines()
    assert lines[0] == "## LLM spend report"
    assert lines[2].startswith("**$21.")
    rows = lines[7:]
    assert len(rows) == len(document["answers"])
    for row, answer in zip(rows, document["answers"], strict=True):
        assert f" {answer['verdict']} | {answer['question']} | " in row


def test_names_from_data_are_no_markup(document: dict[str, Any]) -> None:
    document["answers"][0]["answer"] = "| [a](http://x) <b>\n`c`"
    assert "\\| \\[a\\](http:\u2060//x) \\<b\\> \\`c\\` |" in markdown(digest(document))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("https://evil.example", "https:\u2060//evil.example"),
        ("WWW.evil.example", "WWW\u2060.evil.example"),
        ("ada@evil.example", "ada\\@\u2060evil.example"),
        ("@everyone #1", "\\@\u2060everyone \\#\u20601"),
    ],
)
def test_names_from_data_are_no_links_and_no_mentions(document: dict[str, Any], name: str, shown: str) -> None:
    document["answers"][0]["answer"] = f"model {name} costs most"
    assert f"| model {shown} costs most |" in markdown(digest(document))


def test_a_workflow_gets_each_value_on_a_line_of_its_own(document: dict[str, Any]) -> None:
    document["headline"]["period"] = "1–10\nOct"
    values = dict(line.split("=", 1) for line in outputs(digest(document)).splitlines())
    assert values["period"] == "1–10 Oct"
    assert float(values["total_usd"]) == pytest.approx(document["totals"]["cost_usd"], abs=0.005)
    assert values["verdict"] == "watch"
    assert values["verdicts"].split(",") == [answer["verdict"] for answer in document["answers"]]


def test_a_breached_budget_is_a_breach(document: dict[str, Any]) -> None:
    document["budgets"] = [{"budget": "All\n::x", "state": "breached"}, {"budget": "Search", "state": "at risk"}]
    assert breaches(digest(document))[-1:] == ("budget All ::x",)
    del document["budgets"]  # a report from before there were any
    assert not [one for one in breaches(digest(document)) if one.startswith("budget")]
