"""What moved and why: charts of what there is only, no spend before or now with a sign."""

from __future__ import annotations

from pathlib import Path

import duckdb

from finops_report.model import Report
from finops_report.page.page import page
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import Make, chart_of

ROWS = """
create table telemetry as
select timestamp '2026-10-01' + to_days(day) as timestamp, 'r' || day || team as request_id, 'fixed' as strategy,
    'openai' as provider, 'm' as model, 100 as input_tokens, 10 as output_tokens, cost::double as cost_estimated,
    10.0 as latency_ms, team
from (values (0, 'a', 1), (0, 'b', 2), (1, 'a', 2), (1, 'b', 1)) t (day, team, cost)
"""


def built(folder: Path, rows: str) -> Report:
    with duckdb.connect(str(folder / "t.duckdb")) as con:
        con.execute(rows)
    return reported(folder / "t.duckdb")


def test_where_teams_moved_and_no_model_did_the_teams_are_drawn(tmp_path: Path) -> None:
    made = built(tmp_path, ROWS)
    (movers,) = [section for section in made.sections if section.view == "top_movers"]
    assert ([chart.name for chart in movers.charts], movers.empty) == (["team_movers"], "")
    assert "model_movers" not in page(made)


def test_where_nothing_moved_it_says_so(tmp_path: Path) -> None:
    made = built(tmp_path, ROWS.replace("(1, 'a', 2), (1, 'b', 1)", "(1, 'a', 1), (1, 'b', 2)"))
    (movers,) = [section for section in made.sections if section.view == "top_movers"]
    assert movers.empty == "No model's and no team's spend changed."
    assert "Top movers" in page(made)


def test_only_steps_have_a_sign(tmp_path: Path) -> None:
    (bridge,) = [section for section in built(tmp_path, ROWS).sections if section.view == "change_explained"]
    before, *_, now = bridge.table.rows
    assert (before, now) == (("spend before", "$3.00"), ("spend now", "$3.00"))


def test_the_largest_changes_are_drawn_and_all_of_them_listed(made: Make) -> None:
    section = made("top_movers", model="'m' || i % 12", cost_estimated="if(i < 24, 1.0, 2.0 + i % 12)")
    (trace,) = chart_of(section, "model_movers").figure["data"]
    assert trace["y"] == [f"OpenAI · m{i}" for i in range(11, 3, -1)]
    assert trace["text"][0] == "+$24.00, now $26.00"
    assert len(section.table.rows) == 12
    assert section.finding == "Most moved: m11 rose by $24.00 to $26.00"
