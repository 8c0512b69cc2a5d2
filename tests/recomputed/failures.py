"""Recompute failures: failed attempts, moves to other providers, what they cost, and runs of bad hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from tests.recomputed.days import HOUR_US, local
from tests.recomputed.facts import Recorded, Rows, grouped, ratio, spent, total
from tests.recomputed.spend import empty_buckets
from tests.recomputed.usable import Call, Try

HOUR = timedelta(hours=1)
MINUTE_MS = 60_000
FEWEST, PART_OF_ATTEMPTS = 5, Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Move:
    """A request that went on from one provider to another, at the moment of the attempt that was left."""

    at_us: int
    left: str
    took: str
    why: str
    recovered: bool


@dataclass(frozen=True, slots=True)
class Fallback:
    """An answer of another model than the first choice, and what it cost above that one's mean price."""

    at_us: int
    first: tuple[str, str]
    answered: tuple[str, str]
    cost_usd: Decimal | None
    extra_usd: float | None
    is_compared: bool


def moves(of: Recorded) -> list[Move]:
    """Return the failovers of what is read; from repeated request ids if attempts are not recorded."""
    return _moves_of_attempts(of) if of.has_attempts else _moves_of_repeated_ids(of)


def _by_request(of: Recorded) -> Mapping[str, list[Try]]:
    """Return the attempts that are read, by request, in their order."""
    known = [one for one in of.read_tries if one.request_id is not None]
    return {
        request: sorted(theirs, key=lambda one: one.number)
        for request, theirs in grouped(known, lambda one: str(one.request_id)).items()
    }


def _moves_of_attempts(of: Recorded) -> list[Move]:
    found = []
    for theirs in _by_request(of).values():
        recovered = any(one.is_ok for one in theirs)
        found += [
            Move(one.at_us, one.provider, after.provider, one.error_type, recovered)
            for one, after in pairwise(theirs)
            if not one.is_ok and after.provider != one.provider
        ]
    return found


def _moves_of_repeated_ids(of: Recorded) -> list[Move]:
    found = []
    for theirs in _calls_by_id(of.read).values():
        ordered = sorted(theirs, key=lambda call: call.at_us)
        recovered = any((call.output_tokens or 0) > 0 and not call.failed for call in ordered)
        found += [
            Move(call.at_us, call.provider, after.provider, "not recorded", recovered)
            for call, after in pairwise(ordered)
            if after.provider != call.provider
        ]
    return found


def _calls_by_id(calls: Iterable[Call]) -> Mapping[str, list[Call]]:
    return grouped((call for call in calls if call.request_id is not None), lambda call: str(call.request_id))


def _moves_of_period(of: Recorded) -> list[Move]:
    return [move for move in moves(of) if of.time.in_period(move.at_us)]


def failover_events(of: Recorded) -> Rows:
    """Return the failovers of the period by both providers and the reason, the most first."""
    rows = [
        {
            "from_provider": left,
            "to_provider": took,
            "error_type": why,
            "events": len(theirs),
            "recovered": sum(move.recovered for move in theirs),
        }
        for (left, took, why), theirs in grouped(_moves_of_period(of), lambda m: (m.left, m.took, m.why)).items()
    ]
    return sorted(
        rows, key=lambda row: (-int(str(row["events"])), row["from_provider"], row["to_provider"], row["error_type"])
    )


def failovers_over_time(of: Recorded) -> Rows:
    """Return the failovers by bar and by the provider that was left, None for bars without any."""

    def bar(move: Move) -> tuple[date, str]:
        return of.time.bucket(local(move.at_us, of.time.zone).date()), move.left

    found: Rows = [
        {"bucket": bucket, "from_provider": left, "events": len(m), "recovered": sum(move.recovered for move in m)}
        for (bucket, left), m in grouped(_moves_of_period(of), bar).items()
    ]
    found += [
        {"bucket": bucket, "from_provider": None, "events": 0, "recovered": 0}
        for bucket in empty_buckets(of, [move.at_us for move in _moves_of_period(of)])
    ]
    return sorted(found, key=lambda row: (row["bucket"], row["from_provider"] is None, row["from_provider"] or ""))


def _tries_of_period(of: Recorded) -> list[Try]:
    return [one for one in of.read_tries if of.time.in_period(one.at_us)]


def _failed(tries: Iterable[Try]) -> list[Try]:
    return [one for one in tries if one.has_failed]


def _minutes(tries: Iterable[Try]) -> float:
    return float(sum(one.latency_ms for one in tries)) / MINUTE_MS


def _paid(tries: Iterable[Try]) -> Decimal:
    return total(one.cost_usd for one in tries) or Decimal(0)


def attempts_by_provider(of: Recorded) -> Rows:
    """Return the attempts of the period by provider, the most failed ones first; skipped ones are none."""
    rows = []
    for provider, tries in grouped(_tries_of_period(of), lambda one: one.provider).items():
        failed, made = _failed(tries), sum(not one.is_skipped for one in tries)
        rows.append(
            {
                "provider": provider,
                "attempts": made,
                "failed_attempts": len(failed),
                "failure_rate": ratio(len(failed), made),
                "failed_minutes": _minutes(failed),
                "failed_cost_usd": _paid(failed),
                "unpriced_failed_attempts": sum(one.is_unpriced for one in failed),
            }
        )
    return sorted(rows, key=lambda row: (-int(str(row["failed_attempts"])), row["provider"]))


def troubled_requests(of: Recorded) -> Rows:
    """Return the requests that met a failed attempt, those of them that got an answer, and their mean time in all."""
    troubled = [
        theirs
        for theirs in _by_request(of).values()
        if _failed(theirs) and of.time.in_period(max(one.at_us for one in theirs))
    ]
    times_ms = sum(one.latency_ms for theirs in troubled for one in theirs)
    return [
        {
            "requests": len(troubled),
            "answered": sum(any(one.is_ok for one in theirs) for theirs in troubled),
            "mean_ms": ratio(times_ms, len(troubled)),
        }
    ]


def fallbacks(of: Recorded) -> list[Fallback]:
    """Return the answers of what is read that came from another model than the first choice after a failure."""
    rates, found = _usd_per_token(of), []
    for theirs in _by_request(of).values():
        first = (theirs[0].provider, theirs[0].model)
        for one in theirs:
            if one.is_ok and any(not other.is_ok for other in theirs) and (one.provider, one.model) != first:
                rate = rates.get(first)
                extra = None if one.cost_usd is None or rate is None else float(one.cost_usd) - one.tokens * rate
                compared = rate is not None and one.cost_usd is not None
                answered = (one.provider, one.model)
                found.append(Fallback(one.at_us, first, answered, one.cost_usd, extra, compared))
    return found


def _usd_per_token(of: Recorded) -> dict[tuple[str, str], float | None]:
    """Return the mean price a token of each model in the period, of its requests with a known cost."""
    priced = [call for call in of.period if call.cost_usd is not None]
    return {
        target: ratio(spent(calls), sum(call.tokens for call in calls))
        for target, calls in grouped(priced, lambda call: (call.provider, call.model)).items()
    }


def fallbacks_paid(of: Recorded) -> Rows:
    """Return the fallbacks of the period by both models, the dearest first."""
    mine = [one for one in fallbacks(of) if of.time.in_period(one.at_us)]
    rows = [
        {
            "from_provider": first[0],
            "from_model": first[1],
            "to_provider": answered[0],
            "to_model": answered[1],
            "requests": len(theirs),
            "extra_usd": _sum([one.extra_usd for one in theirs]),
            "uncompared_requests": sum(not one.is_compared for one in theirs),
        }
        for (first, answered), theirs in grouped(mine, lambda one: (one.first, one.answered)).items()
    ]
    return sorted(rows, key=_dearest_first)


def _dearest_first(row: Mapping[str, object]) -> tuple[object, ...]:
    extra = row["extra_usd"]
    names = (row["from_provider"], row["from_model"], row["to_provider"], row["to_model"])
    return (extra is None, 0.0 if extra is None else -float(str(extra)), -int(str(row["requests"])), *names)


def _sum(amounts: Sequence[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def incidents(of: Recorded) -> Rows:
    """Return runs of bad hours of a provider: at least five of its attempts, and a tenth, failed or were skipped."""
    hours = grouped(_tries_of_period(of), lambda one: (one.provider, of.hour_us(one.at_us)))
    extra: dict[tuple[str, int], float] = {}
    for one in fallbacks(of):
        if of.time.in_period(one.at_us):
            key = (one.first[0], of.hour_us(one.at_us))
            extra[key] = extra.get(key, 0.0) + (one.extra_usd or 0.0)
    rows = []
    for run in _runs(sorted(key for key, tries in hours.items() if _is_bad(tries))):
        tries = [one for key in run for one in hours[key]]
        failed = _failed(tries)
        rows.append(
            {
                "provider": run[0][0],
                "started_at": of.hour(hours[run[0]][0].at_us),
                "ended_at": of.hour(hours[run[-1]][0].at_us) + HOUR,
                "hours": len(run),
                "failed_attempts": len(failed),
                "requests_rerouted": sum(one.is_skipped for one in tries),
                "failed_minutes": _minutes(failed),
                "cost_usd": float(_paid(failed)) + sum(extra.get(key, 0.0) for key in run),
                "unpriced_failed_attempts": sum(one.is_unpriced for one in failed),
            }
        )
    return sorted(rows, key=_worst_first)


def _is_bad(tries: Sequence[Try]) -> bool:
    bad = sum(not one.is_ok for one in tries)
    return bad >= FEWEST and bad >= PART_OF_ATTEMPTS * len(tries)


def _runs(hours: Iterable[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """Return the hours of each provider in runs of hours that follow each other."""
    found: list[list[tuple[str, int]]] = []
    for provider, hour in hours:
        if found and found[-1][-1][0] == provider and hour - found[-1][-1][1] <= HOUR_US:
            found[-1].append((provider, hour))
        else:
            found.append([(provider, hour)])
    return found


def _worst_first(row: Mapping[str, object]) -> tuple[object, ...]:
    return -int(str(row["failed_attempts"])) - int(str(row["requests_rerouted"])), row["started_at"], row["provider"]
