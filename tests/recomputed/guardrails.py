"""Recompute what guardrails decided, which requests none looked at, and which would have been forbidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fnmatch import fnmatchcase

from finops_report.warehouse import Policy
from tests.recomputed.days import HOUR_US, local
from tests.recomputed.facts import Recorded, Rows, grouped, total, unpriced
from tests.recomputed.rows import Event
from tests.recomputed.usable import EARLIEST_US, NOT_RECORDED, Call, amount, moment_us, name

NOBODY = "not attributed"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision with what can be used of it."""

    at_us: int
    guardrail: str
    action: str
    team: str
    cost_usd: Decimal | None
    avoided_usd: Decimal | None


def decided(of: Recorded) -> list[Decided]:
    """Return the decisions of the period."""
    found = [_decided(event) for event in of.telemetry.events]
    future_us = of.now_us + 24 * HOUR_US
    return [one for one in found if EARLIEST_US <= one.at_us < future_us and of.time.in_period(one.at_us)]


def _decided(event: Event) -> Decided:
    return Decided(
        at_us=moment_us(event.timestamp) or 0,
        guardrail=name(event.guardrail) or NOT_RECORDED,
        action=name(event.action) or NOT_RECORDED,
        team=name(event.team) or NOBODY,
        cost_usd=amount(event.cost_estimated),
        avoided_usd=amount(event.cost_avoided),
    )


def guardrail_decisions(of: Recorded) -> Rows:
    """Return what each guardrail did to requests of each team, the most first."""
    rows = [
        {
            "guardrail": guardrail,
            "action": action,
            "team": team,
            "decisions": len(some),
            "cost_usd": total(one.cost_usd for one in some),
            "avoided_usd": total(one.avoided_usd for one in some),
            "unpriced_decisions": sum(one.cost_usd is None and one.avoided_usd is None for one in some),
        }
        for (guardrail, action, team), some in grouped(decided(of), _kind).items()
    ]
    return sorted(rows, key=lambda row: (-row["decisions"], row["guardrail"], row["action"], row["team"]))


def _kind(one: Decided) -> tuple[str, str, str]:
    return one.guardrail, one.action, one.team


def guardrails_over_time(of: Recorded) -> Rows:
    """Return the decisions of each bucket by what was done; a bucket without any has one row."""
    rows: Rows = []
    by_bucket = grouped(decided(of), lambda one: of.time.bucket(local(one.at_us, of.time.zone).date()))
    for bucket in sorted({of.time.bucket(day) for day in of.time.days}):
        by_action = grouped(by_bucket.get(bucket, []), lambda one: one.action)
        rows += [{"bucket": bucket, "action": one, "decisions": len(by_action[one])} for one in sorted(by_action)]
        if not by_action:
            rows.append({"bucket": bucket, "action": None, "decisions": 0})
    return rows


def guarded_requests(of: Recorded) -> Rows:
    """Return the requests of each team and those that no guardrail looked at; none if the column is not there."""
    if of.telemetry.nine:
        return []
    rows = []
    for team, calls in grouped(of.period, lambda call: call.team or NOBODY).items():
        missed = [call for call in calls if not call.guardrails]
        rows.append(
            {
                "team": team,
                "requests": len(calls),
                "unguarded_requests": len(missed),
                "unguarded_cost_usd": total(call.cost_usd for call in missed),
                "unguarded_unpriced_requests": unpriced(missed),
            }
        )
    return sorted(rows, key=lambda row: (-row["unguarded_requests"], -row["requests"], row["team"]))


def outside_policy(of: Recorded) -> Rows:
    """Return the requests that each policy would forbid, by team and target."""
    rows = []
    for policy in of.policies:
        outside = [call for call in of.period if _is_outside(call, policy)]
        for (team, provider, model), calls in grouped(outside, _key).items():
            rows.append(
                {
                    "guardrail": policy.guardrail,
                    "team": team,
                    "provider": provider,
                    "model": model,
                    "requests": len(calls),
                    "exempt_requests": sum(_is_exempt(call, policy) for call in calls),
                    "cost_usd": total(call.cost_usd for call in calls),
                    "unpriced_requests": unpriced(calls),
                }
            )
    return sorted(
        rows, key=lambda row: (-row["requests"], row["guardrail"], row["team"], row["provider"], row["model"])
    )


def _key(call: Call) -> tuple[str, str, str]:
    return call.team or NOBODY, call.provider, call.model


def _is_outside(call: Call, policy: Policy) -> bool:
    holds = policy.teams is None or call.team in policy.teams
    return holds and any(_broken(call, policy))


def _broken(call: Call, policy: Policy) -> Iterator[bool]:
    yield policy.providers is not None and call.provider not in (NOT_RECORDED, *policy.providers)
    yield policy.models is not None and call.model != NOT_RECORDED and not _fits(call.model, policy.models)
    yield policy.regions is not None and call.inference_region not in (None, *policy.regions)
    yield policy.max_input_tokens is not None and (call.input_tokens or 0) > policy.max_input_tokens
    yield policy.max_output_tokens is not None and (call.output_tokens or 0) > policy.max_output_tokens


def _fits(model: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(model, pattern) for pattern in patterns)


def _is_exempt(call: Call, policy: Policy) -> bool:
    day = datetime.fromtimestamp(call.at_us // 1_000_000, UTC).date()
    return any(one.team == call.team and day <= one.until for one in policy.exemptions)
