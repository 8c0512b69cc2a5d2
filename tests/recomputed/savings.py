"""Recompute what could have been saved, from the requests themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.recomputed.days import local
from tests.recomputed.facts import Recorded, Rows, down, grouped, total
from tests.recomputed.failures import fallbacks
from tests.recomputed.later_tiers import later_tiers, saved
from tests.recomputed.strategies import CERTAIN, OFTEN, Cell, Rate, cell_of, cost_rate, sized
from tests.recomputed.usable import Call

Target = tuple[str, str]
Way = tuple[str, Target, Target | None]
CACHE_USERS = 100


def savings(of: Recorded) -> Rows:
    """Return every way to save, the largest first, and whether the total counts it."""
    found = [*_moves(of), *_fallbacks(of), *_failed(of), *_caching(of), *_long(of), *_later(of)]
    found = [row for row in found if row["saving_usd"] > (row["interval_usd"] or 0)]
    owners = _owners(of)
    by_kind: dict[tuple[Target, str], Fraction] = {}
    for row in found:
        key = (row["provider"], row["model"]), row["kind"]
        by_kind[key] = by_kind.get(key, Fraction(0)) + row["saving_usd"]
    rows = []
    for row in found:
        target, kind = (row["provider"], row["model"]), row["kind"]
        kinds = [(usd, one) for (theirs, one), usd in by_kind.items() if theirs == target and one != "failed requests"]
        counts = kind == "failed requests" or kind == max(kinds)[1]
        rows.append(row | {"team": owners.get(target), "saving_usd": float(row["saving_usd"]), "is_counted": counts})
    return sorted(rows, key=_largest_first)


def _largest_first(row: Mapping[str, Any]) -> tuple[object, ...]:
    names = (row["kind"], row["provider"], row["model"], row["to_provider"] or "", row["to_model"] or "")
    return (-row["saving_usd"], *names)


def _row(kind: str, target: Target, to: Target | None, calls: Sequence[Call], usd: Fraction) -> dict[str, Any]:
    return {
        "kind": kind,
        "provider": target[0],
        "model": target[1],
        "to_provider": None if to is None else to[0],
        "to_model": None if to is None else to[1],
        "requests": len(calls),
        "cost_usd": total(call.cost_usd for call in calls),
        "saving_usd": usd,
        "interval_usd": None,
    }


def _target(call: Call) -> Target:
    return call.provider, call.model


def _cells(of: Recorded) -> Mapping[tuple[Cell, Target], list[Call]]:
    return grouped(sized(of.period), lambda call: (cell_of(call), _target(call)))


def _moves(of: Recorded) -> Iterable[dict[str, Any]]:
    cheapest: dict[Cell, tuple[Fraction, Target, Rate]] = {}
    for (cell, target), calls in _cells(of).items():
        rate = cost_rate(calls)
        if rate is not None and len(calls) >= OFTEN:
            cheapest[cell] = min(cheapest.get(cell, (rate.rate, target, rate)), (rate.rate, target, rate))
    moved: dict[tuple[Target, Target], list[tuple[list[Call], Fraction, Fraction]]] = {}
    for (cell, target), calls in _cells(of).items():
        rate = cost_rate(calls)
        if cell in cheapest and rate is not None and cheapest[cell][1] != target:
            best = cheapest[cell][2]
            usd = max(rate.amount - rate.length * best.rate, Fraction(0)) / 1_000_000
            moved.setdefault((target, cheapest[cell][1]), []).append((calls, usd, rate.length**2 * best.doubt))
    for (target, to), parts in moved.items():
        usd = sum((one for _, one, _ in parts), Fraction(0))
        row = _row("cheaper model", target, to, [call for calls, _, _ in parts for call in calls], usd)
        yield row | {"interval_usd": CERTAIN * math.sqrt(sum(doubt for _, _, doubt in parts)) / 1_000_000}


def _fallbacks(of: Recorded) -> Iterable[dict[str, Any]]:
    mine = [one for one in fallbacks(of) if of.time.in_period(one.at_us)]
    for (first, answered), theirs in grouped(mine, lambda one: (one.first, one.answered)).items():
        usd = sum((Fraction(one.extra_usd) for one in theirs if one.extra_usd is not None), Fraction(0))
        row = _row("dearer fallback", answered, first, [], usd)
        yield row | {"requests": len(theirs), "cost_usd": total(one.cost_usd for one in theirs)}


def _failed(of: Recorded) -> Iterable[dict[str, Any]]:
    for target, calls in grouped([call for call in of.period if call.failed], _target).items():
        yield _row("failed requests", target, None, calls, Fraction(total(call.cost_usd for call in calls) or 0))


def _remembered(of: Recorded) -> list[Call]:
    """The requests of the period in the month in which it ends and the twelve before it."""
    first = of.time.end.replace(day=1)
    for _ in range(12):
        first = (first - timedelta(days=1)).replace(day=1)
    return [call for call in of.period if local(call.at_us, of.time.zone).date() >= first]


def _owners(of: Recorded) -> dict[Target, str | None]:
    found: dict[Target, str | None] = {}
    for target, calls in grouped(_remembered(of), _target).items():
        by_team = grouped(calls, lambda call: call.team)
        spent = {team: down(total(call.cost_usd for call in theirs)) for team, theirs in by_team.items()}
        found[target] = min(spent, key=lambda team: (spent[team], team is None, team or ""))
    return found


def _caching(of: Recorded) -> Iterable[dict[str, Any]]:
    for target, calls in grouped(_remembered(of), _target).items():
        users = [one for one in grouped(calls, lambda c: (c.team, c.project)).values() if _input(one)]
        cached = sum(_cached(one) for one in users)
        saved = [c.savings_usd for one in users for c in one if c.savings_usd is not None and c.cost_usd is not None]
        shares = [Fraction(_cached(one), _input(one)) for one in users if len(one) >= CACHE_USERS]
        if not cached or not saved or not shares or sum(saved) <= 0:
            continue
        each = Fraction(sum(saved, Decimal(0))) / cached
        below = [one for one in users if max(shares) * _input(one) > _cached(one)]
        usd = sum(((max(shares) * _input(one) - _cached(one)) * each for one in below), Fraction(0))
        yield _row("caching", target, None, [call for one in below for call in one], usd)


def _input(calls: Iterable[Call]) -> int:
    return sum(call.input_tokens or 0 for call in calls)


def _cached(calls: Iterable[Call]) -> int:
    return sum(call.cache_read_tokens or 0 for call in calls)


def _long(of: Recorded) -> Iterable[dict[str, Any]]:
    alike = grouped(sized(of.period), lambda call: (call.requested_model, cell_of(call).input_size))
    usual = {}
    for key, calls in alike.items():
        if len(calls) >= OFTEN:
            sizes = sorted(cell_of(call).output_size for call in calls)
            usual[key] = sizes[math.ceil(len(sizes) / 2) - 1]
    long: dict[Target, list[tuple[list[Call], Fraction]]] = {}
    for (cell, target), calls in _cells(of).items():
        size, rate = usual.get((cell.group, cell.input_size)), cost_rate(calls)
        if size is not None and cell.output_size > size + 2 and rate is not None:
            excess = rate.requests * (2**cell.output_size - 2 ** (size + 2))
            long.setdefault(target, []).append((calls, excess * rate.rate / 1_000_000))
    for target, parts in long.items():
        calls = [call for theirs, _ in parts for call in theirs]
        yield _row("long answers", target, None, calls, sum((usd for _, usd in parts), Fraction(0)))


def _later(of: Recorded) -> Iterable[dict[str, Any]]:
    for (provider, model, tier), parts in later_tiers(of).items():
        if tier is not None:
            yield _row(tier, (provider, model), None, [call for calls, _ in parts for call in calls], saved(parts))
