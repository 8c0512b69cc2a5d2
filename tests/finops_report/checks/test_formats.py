"""Checks in every format: names from settings and data can be anything, and break none of them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from finops_report.checks.checking import Check
from finops_report.checks.formats import FORMATS

FOUND = (
    Check("budget", "a: 1,2", "breach", "50 % too\nmuch", {"used_usd": Decimal("1.5"), "on": date(2026, 10, 1)}),
    Check("bound", "failed", "watch", "near"),
    Check("verdict", "Spend", "unknown", "who knows"),
    Check("budget", "fine ##[error]x", "ok", "all well"),
)


def test_text_has_a_line_a_check() -> None:
    assert FORMATS["text"](FOUND).splitlines() == [
        "breach  budget a: 1,2: 50 % too\\x0amuch",
        "watch   bound failed: near",
        "unknown verdict Spend: who knows",
        "ok      budget fine ##[error]x: all well",
    ]


def test_github_gets_errors_and_warnings_as_its_runners_read_them() -> None:
    assert FORMATS["github"](FOUND).splitlines() == [
        "::error title=budget a%3A 1%2C2::50 %25 too%0Amuch",
        "::warning title=bound failed::near",
        "::warning title=verdict Spend::who knows",
        "ok      budget fine # #[error]x: all well",
    ]


def test_json_has_the_figures() -> None:
    document = json.loads(FORMATS["json"](FOUND))
    assert document["breached"] is True
    assert document["checks"][0]["figures"] == {"used_usd": 1.5, "on": "2026-10-01"}


def test_junit_counts_failures_and_skips() -> None:
    suite = ElementTree.fromstring(FORMATS["junit"](FOUND))
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped")} == {
        "tests": "4", "failures": "1", "skipped": "1",
    }  # fmt: skip
    assert [[part.tag for part in case] for case in suite] == [["failure"], ["system-out"], ["skipped"], ["system-out"]]


@given(st.text(), st.text())
def test_no_name_and_no_text_breaks_a_format(name: str, text: str) -> None:
    found = (Check("budget", name, "breach", text), Check("budget", name, "ok", text))
    ElementTree.fromstring(FORMATS["junit"](found).encode("utf-8", "replace"))
    json.loads(FORMATS["json"](found))
    for form in ("text", "github"):
        assert len(FORMATS[form](found).split("\n")) == 3
