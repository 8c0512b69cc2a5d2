"""Every figure of report.json, recomputed row by row in plain Python from the words of docs/figures.md."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from finops_report.document.writing import report_json
from finops_report.report import report
from finops_report.warehouse import ReadRequest, UnitCounts, Waiting, read
from tests.recomputed import later_tiers
from tests.recomputed.facts import Recorded, recorded
from tests.recomputed.months import NAMED_UNITS
from tests.recomputed.recomputation import VIEWS, differences, rows_of
from tests.recomputed.rows import write
from tests.recomputed.scenarios import Scenario, loop, new_level, scenario, steady

# Together they fill every column and show every kind of comparison.
FEW = (134, 93, 17, 34, 37, 44, 1, 22, 29, 56, 282, 325, 329)
ASKED = UnitCounts(in_table=NAMED_UNITS)
FIGURES = Path(__file__).parents[2] / "docs" / "figures.md"
SOAK = range(1000, 1400) if os.environ.get("FINOPS_SOAK") else ()  # long: make soak


def figures(made: Scenario, folder: Path) -> dict[str, Any]:
    """Return report.json of a scenario."""
    db = write(made.telemetry, folder / "telemetry.duckdb")
    request = ReadRequest(
        db,
        "telemetry",
        made.ask,
        made.now_us,
        Waiting(0, lambda: 0.0, lambda _: None),
        budgets=made.budgets,
        policies=made.policies,
        units=ASKED,
        not_urgent=later_tiers.ASKED,
    )
    document: dict[str, Any] = json.loads(report_json(report(read(request), "t")))
    return document


@pytest.mark.parametrize("seed", FEW)
def test_every_figure_is_what_the_words_say(seed: int, tmp_path: Path) -> None:
    check(seed, tmp_path)


@pytest.mark.parametrize("seed", SOAK)
def test_every_figure_is_what_the_words_say_soak(seed: int, tmp_path: Path) -> None:
    check(seed, tmp_path)


def test_every_figure_of_months_that_compare_is_what_the_words_say(tmp_path: Path) -> None:
    assert not list(differences(figures(steady(1), tmp_path), of_months_that_compare()))


@pytest.mark.parametrize("is_loop", [True, False], ids=["a loop", "a new level"])
def test_every_figure_of_unusual_weeks_is_what_the_words_say(is_loop: bool, tmp_path: Path) -> None:
    made = loop() if is_loop else new_level()
    document = figures(made, tmp_path)
    assert [row["team"] for row in document["views"]["unusual_spend"]] == ["legal"]
    assert not list(differences(document, of_a_loop() if is_loop else recorded(made)))


def check(seed: int, folder: Path) -> None:
    """Fail with the figures of a scenario that differ, or that nobody recomputes."""
    made = scenario(seed)
    found = list(differences(figures(made, folder), of_few(seed) if seed in FEW else recorded(made)))
    assert not found, "\n".join([f"seed {seed}: {made.ask}", *found[:40]])


@cache
def of_few(seed: int) -> Recorded:
    """Return what one of the few scenarios records; what is recomputed of it is kept with it."""
    return recorded(scenario(seed))


@cache
def of_months_that_compare() -> Recorded:
    return recorded(steady(1))


@cache
def of_a_loop() -> Recorded:
    return recorded(loop())


def test_the_few_scenarios_fill_every_column_that_the_words_name_and_show_every_kind() -> None:
    few = [*map(of_few, FEW), of_months_that_compare(), of_a_loop()]
    rows = [(view, row) for of in few for view in VIEWS for row in rows_of(view, of)]
    filled = {(view, name) for view, row in rows for name, value in row.items() if value is not None}
    assert {view for view, _ in filled} == set(VIEWS)
    assert {(view, name) for view, row in rows for name in row} == filled
    assert {of.time.basis for of in few} == {"none", "halves", "previous"}
    assert {of.time.unit for of in few} == {"day", "week", "month"}
    assert {of.time.zone for of in few} >= {"Europe/Berlin", "America/New_York"}
    assert {bool(of.calls) for of in few} == {of.telemetry.nine for of in few} == {True, False}
    sections = re.split(r"^### ", FIGURES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    words = {view: text for text in sections for view in text.splitlines()[0].split(", ")}
    assert not {f"{view}.{name}" for view, name in filled if f"`{name}`" not in words[view]}


def test_a_figure_that_nobody_recomputes_is_found(tmp_path: Path) -> None:
    made = scenario(1)
    document = figures(made, tmp_path)
    document["budget"] = 1
    document["views"] |= {"wishes": []}
    document["totals"] |= {"saved_usd": 1.0}
    document["views"]["totals"][0] |= {"waste_usd": 1.0}
    assert [line for line in differences(document, recorded(made)) if line.startswith("nobody")] == [
        "nobody recomputes totals.saved_usd",
        "nobody recomputes totals[0].waste_usd",
        "nobody recomputes the view wishes",
        "nobody recomputes budget",
    ]


def test_a_figure_that_is_wrong_in_its_last_digit_is_found(tmp_path: Path) -> None:
    made = scenario(1)
    document = figures(made, tmp_path)
    document["views"]["totals"][0]["cost_usd"] += 1e-12
    document["totals"]["cost_change"] = 0.5
    lines = list(differences(document, recorded(made)))
    assert [line.split(" is ")[0] for line in lines] == ["totals.cost_change", "totals[0].cost_usd"]
