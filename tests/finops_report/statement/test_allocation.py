"""Who pays what: all accounts add up to all lines, whatever the rule."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.statement.allocation import NOT_ALLOCATED, Allocation, SharingRule, allocation
from finops_report.statement.lines import Line

RULES = ("shown", "by spend", "by requests", "evenly", "fixed")
FIXED = {"search": Decimal("0.75"), "legal": Decimal("0.25")}


def line(team: str | None, cost_usd: str | None, requests: int = 1) -> Line:
    cost = None if cost_usd is None else Decimal(cost_usd)
    return Line(team, None, None, "openai", "gpt-5", requests, int(cost is None) * requests, 10, 1, cost)


def rule(name: str, *shared_teams: str) -> SharingRule:
    return SharingRule(name, frozenset(shared_teams), FIXED if name == "fixed" else {})


def paid(divided: Allocation) -> dict[str, Fraction]:
    return {one.name: one.own_usd + one.shared_usd for one in divided.accounts}


LINES = [line("search", "6", 10), line("legal", "2", 30), line(None, "4", 5), line("platform", "8", 7)]


@pytest.mark.parametrize(
    ("name", "shared_teams", "expected"),
    [
        ("shown", (), {"legal": 2, "platform": 8, "search": 6, NOT_ALLOCATED: 4}),
        ("by spend", (), {"legal": Fraction(5, 2), "platform": 10, "search": Fraction(15, 2)}),
        ("by spend", ("platform",), {"legal": 5, "search": 15}),
        ("by requests", ("platform",), {"legal": 11, "search": 9}),
        ("evenly", ("platform",), {"legal": 8, "search": 12}),
        ("fixed", ("platform",), {"legal": 5, "search": 15}),
    ],
)
def test_shared_spend_is_divided_by_the_rule(
    name: str, shared_teams: tuple[str, ...], expected: dict[str, Fraction]
) -> None:
    assert paid(allocation(LINES, str, rule(name, *shared_teams))) == expected


def test_a_fixed_share_is_owed_by_a_team_that_used_nothing() -> None:
    assert paid(allocation([line(None, "4")], str, rule("fixed"))) == {"legal": 1, "search": 3}


@pytest.mark.parametrize("name", ["by spend", "by requests", "evenly"])
def test_without_a_payer_shared_spend_stays_visible(name: str) -> None:
    assert paid(allocation([line(None, "4")], str, rule(name))) == {NOT_ALLOCATED: 4}


def test_a_cost_centre_pays_for_its_teams() -> None:
    centres = {"search": "CC-1", "legal": "CC-1"}
    divided = allocation(LINES, lambda team: centres.get(team, "No cost centre"), rule("shown"))
    assert paid(divided) == {"CC-1": 8, "No cost centre": 8, NOT_ALLOCATED: 4}


TEAMS = st.sampled_from(["search", "legal", "platform", "data"]) | st.none()
COSTS = st.integers(0, 10**12).map(lambda n: str(Decimal(n).scaleb(-9))) | st.none()


@given(
    st.lists(st.builds(line, TEAMS, COSTS, st.integers(1, 1000)), max_size=20), st.sampled_from(RULES), st.booleans()
)
def test_all_accounts_add_up_to_all_lines(lines: list[Line], name: str, platform_is_shared: bool) -> None:
    divided = allocation(lines, str, rule(name, *(["platform"] if platform_is_shared else [])))
    assert sum(paid(divided).values()) == sum(one.exact_usd for one in lines)
    kept = [one for account in divided.accounts for one in account.lines]
    assert sorted(map(repr, [*kept, *divided.shared])) == sorted(map(repr, lines))
