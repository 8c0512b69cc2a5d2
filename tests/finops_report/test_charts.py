"""Charts of what is in the report, legible whatever its proportions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.conftest import call


@pytest.fixture
def bars(run: Callable[..., Result], nine: Callable[..., Path]) -> Callable[[list[float]], Any]:
    def draw(costs: list[float]) -> Any:
        rows = [call(request_id=f"r{i}", model=f"m{i:02}", cost_estimated=cost) for i, cost in enumerate(costs)]
        assert run("build", "--db", nine(*rows), "--out", "out/report.html").exit_code == 0
        page = Path("out/report.html").read_text(encoding="utf-8")
        figures = json.loads(re.findall(r'id="figures">(.*?)</script>', page, flags=re.DOTALL)[0])
        return figures["spend_by_model"]["data"][0]

    return draw


def test_the_long_tail_is_one_bar(bars: Callable[[list[float]], Any]) -> None:
    trace = bars([5.0] * 12 + [1.0, 2.0])
    assert (trace["y"][-1], trace["x"][-1], trace["text"][-1]) == ("2 others", 3.0, "$3.00 · 4.8 %")


def test_a_tail_that_would_dwarf_the_named_is_said_and_not_drawn(bars: Callable[[list[float]], Any]) -> None:
    trace = bars([1.0] * 32)
    assert (trace["y"][-1], trace["x"][-1], trace["text"][-1]) == ("20 others", 0.0, "$20.00 · 62 %, not drawn")
