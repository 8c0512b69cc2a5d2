"""A report whose parts do not add up is never printed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from finops_report.analysis.integrity import PARTS, check_sums
from finops_report.errors import DatabaseError

WHOLE = {"cost_usd": Decimal("0.3"), "requests": 3}
HALVES = [{"cost_usd": Decimal("0.1"), "requests": 1}, {"cost_usd": Decimal("0.2"), "requests": 2}]


def views() -> dict[str, list[dict[str, Any]]]:
    return {"totals": [WHOLE], "change_explained": []} | {name: [dict(row) for row in HALVES] for name in PARTS}


def test_parts_that_add_up_pass() -> None:
    check_sums(views())


@pytest.mark.parametrize("view", PARTS)
@pytest.mark.parametrize(("key", "wrong"), [("cost_usd", Decimal("0.100000000001")), ("requests", 2)])
def test_the_smallest_difference_is_refused(view: str, key: str, wrong: Any) -> None:
    found = views()
    found[view][0][key] = wrong
    with pytest.raises(DatabaseError, match=f"{key} of {view}"):
        check_sums(found)


def test_a_bridge_that_misses_its_end_is_refused() -> None:
    steps = [{"amount_usd": Decimal(1)}, {"amount_usd": Decimal(1)}, {"amount_usd": Decimal(3)}]
    with pytest.raises(DatabaseError, match="change_explained"):
        check_sums(views() | {"change_explained": steps})
