"""Charts of what is in the report, legible whatever its proportions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result

from tests.conftest import call, figures_in


@pytest.fixture
def bars(run: Callable[..., Result], nine: Callable[..., Path]) -> Callable[[list[float]], Any]:
    def draw(costs: list[float]) -> Any:
        rows = [call(request_id=f"r{i}", model=f"m{i:02}", cost_estimated=cost) for i, cost in enumerate(costs)]
        assert run("build", "--db", nine(*rows), "--out", "out/report.html").exit_code == 0
        page = Path("out/report.html").read_text(encoding="utf-8")
        figures = figures_in(page)
        return figures["spend_by_model"]["data"][0]

    return draw


def test_the_long_tail_is_one_bar(bars: Callable[[list[float]], Any]) -> None:
    trace = bars([5.0] * 12 + [1.0, 2.0])
    assert (trace["y"][-1], trace["x"][-1], trace["text"][-1]) == ("2 others", 3.0, "$3.00 · 4.8 %")


def test_a_tail_that_would_dwarf_the_named_is_said_and_not_drawn(bars: Callable[[list[float]], Any]) -> None:
    trace = bars([1.0] * 32)
    assert (trace["y"][-1], trace["x"][-1], trace["text"][-1]) == ("20 others", 0.0, "$20.00 · 62 %, not drawn")


def test_incidents_that_lie_over_each_other_are_counted_behind_the_provider(
    run: Callable[..., Result], nine: Callable[..., Path]
) -> None:
    db = nine(call(timestamp="2026-10-01 00:00:00"), call(request_id="last", timestamp="2026-10-30 00:00:00"))
    with duckdb.connect(str(db)) as con:
        con.execute(
            """
            create table attempts as
            select
                timestamp '2026-10-02' + to_seconds(h * 3600 + i * 60) as timestamp, 'r' || h || '-' || i as request_id,
                1 as attempt, if(h = 11, 'google', 'openai') as provider, 'a' as model,
                if(h in (3, 9, 11), 'timeout', 'ok') as outcome, 'timeout' as error_type, 60000.0 as latency_ms
            from range(12) h (h), range(20) i (i)
            """
        )
    assert run("build", "--db", db, "--out", "out/report.html").exit_code == 0
    page = Path("out/report.html").read_text(encoding="utf-8")
    figures = figures_in(page)
    assert figures["incident_timeline"]["layout"]["yaxis"]["categoryarray"] == ["google", "openai ×2"]
    assert [series["y"][0] for series in figures["incident_timeline"]["data"]] == ["google", "openai ×2", "openai ×2"]
