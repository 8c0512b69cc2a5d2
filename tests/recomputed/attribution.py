"""Recompute who spent it: teams and projects, environments, customers, and what moved most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.recomputed.facts import Recorded, Rows, down, grouped, known_cost, ratio, spent, total, unpriced
from tests.recomputed.usable import Call

NOBODY = "not attributed"
MOST_MOVERS = 12
MOST_CUSTOMERS = 1000


def spend_by_team(of: Recorded) -> Rows:
    """Return teams and projects of the period, the most spend first."""
    whole = spent(of.period)
    rows = [
        {
            "team": team,
            "project": project,
            "requests": len(calls),
            "cost_usd": known_cost(calls),
            "share": ratio(total(call.cost_usd for call in calls), whole),
            "old_cost_usd": spent(call for call in of.side("old") if _team(call) == (team, project)),
            "new_cost_usd": spent(call for call in of.side("new") if _team(call) == (team, project)),
            "unpriced_requests": unpriced(calls),
        }
        for (team, project), calls in grouped(of.period, _team).items()
    ]
    return sorted(rows, key=lambda row: (down(row["cost_usd"]), -row["requests"], row["team"], row["project"]))


def _team(call: Call) -> tuple[str, str]:
    return call.team or NOBODY, call.project or NOBODY


def spend_by_environment(of: Recorded) -> Rows:
    """Return the environments of the period, the most spend first; None is one of them."""
    whole = spent(of.period)
    rows = [
        {
            "environment": name,
            "requests": len(calls),
            "cost_usd": known_cost(calls),
            "share": ratio(total(call.cost_usd for call in calls), whole),
            "unpriced_requests": unpriced(calls),
        }
        for name, calls in grouped(of.period, lambda call: call.environment).items()
    ]
    return sorted(rows, key=lambda row: _by_spend(row, "environment"))


def _by_spend(row: dict[str, Any], name: str) -> tuple[Any, ...]:
    return down(row["cost_usd"]), -row["requests"], row[name] is None, row[name] or ""


def spend_by_customer(of: Recorded) -> Rows:
    """Return the thousand customers with the most spend, requests that name none, and all others in one row."""
    by_name = grouped(of.period, lambda call: call.end_user)
    named = sorted(
        (name for name in by_name if name is not None),
        key=lambda name: (down(total(c.cost_usd for c in by_name[name])), -len(by_name[name]), name),
    )
    rows = [_customer(of, name, 1, by_name[name]) for name in named[:MOST_CUSTOMERS]]
    if None in by_name:
        rows.append(_customer(of, None, 0, by_name[None]))
    rows.sort(key=lambda row: _by_spend(row, "end_user"))
    if others := named[MOST_CUSTOMERS:]:
        rows.append(_customer(of, None, len(others), [call for name in others for call in by_name[name]]))
    return rows


def _customer(of: Recorded, name: str | None, customers: int, calls: Sequence[Call]) -> dict[str, Any]:
    return {
        "end_user": name,
        "customers": customers,
        "requests": len(calls),
        "cost_usd": known_cost(calls),
        "share": ratio(total(call.cost_usd for call in calls), spent(of.period)),
        "unpriced_requests": unpriced(calls),
    }


def top_movers(of: Recorded) -> Rows:
    """Return the twelve largest changes between the sides, of models and of teams; none if the old side is empty."""
    old, new = of.side("old"), of.side("new")
    if not old:
        return []
    found: Rows = []
    for dimension, key in (("model", lambda call: (call.provider, call.model)), ("team and project", _team)):
        sums_old, sums_new = grouped(old, key), grouped(new, key)
        changes = [
            {
                "dimension": dimension,
                "owner": name[0],
                "name": name[1],
                "old_cost_usd": (before := spent(sums_old.get(name, []))),
                "new_cost_usd": (now := spent(sums_new.get(name, []))),
                "change_usd": now - before,
            }
            for name in {**sums_old, **sums_new}
        ]
        moved = sorted(
            (row for row in changes if row["change_usd"]),
            key=lambda row: (-abs(row["change_usd"]), row["owner"], row["name"]),
        )
        found += [row | {"rank": rank} for rank, row in enumerate(moved[:MOST_MOVERS], 1)]
    return found
