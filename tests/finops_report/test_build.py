"""The lines a build prints are answers of the report it built."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result


def test_a_build_prints_the_answers_an_executive_would_want_first(run: Callable[..., Result], month: Path) -> None:
    built = run("build", "--db", month, "--out", "report.html")
    answers = {
        answer["key"]: answer["answer"] for answer in json.loads(Path("report.json").read_text("utf-8"))["answers"]
    }
    assert built.output.splitlines()[:3] == [
        f"spend: {answers['spend']}",
        f"routing: {answers['strategies']}",
        f"resilience: {answers['resilience']}",
    ]
