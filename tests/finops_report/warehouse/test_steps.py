"""A reading says which of its steps begins, each once, in their order."""

from __future__ import annotations

from pathlib import Path

from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import ReadRequest, Waiting, read
from finops_report.warehouse.steps import OVER, Step
from tests.finops_report.sections.conftest import written

NOW_US = 1_794_000_000_000_000


def test_each_step_is_told_as_it_begins(tmp_path: Path) -> None:
    waiting, db = Waiting(0, lambda: 0.0, lambda _: None), written(tmp_path / "t.duckdb")
    for cache in (None, tmp_path / "kept.duckdb"):
        steps: list[Step] = []
        read(ReadRequest(db, None, PeriodAsk(), NOW_US, waiting, cache=cache, told=steps.append), ("spend_by_team",))
        assert steps[-1] == OVER
        steps = [step for step in steps if step != OVER]
        assert [step.doing for step in steps if step.number == 1] == (
            ["looking", "sums", "views"] if cache is None else ["looking", "new rows", "sums", "views"]
        )
        for doing in {step.doing for step in steps}:
            of_it = [step for step in steps if step.doing == doing]
            assert [(step.number, step.steps) for step in of_it] == [(n + 1, len(of_it)) for n in range(len(of_it))]
            assert {step.rows for step in of_it} == {48 if doing in ("sums", "views") else None}
