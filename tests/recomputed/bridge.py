"""Recompute why spend changed: the steps from the old side of the comparison to the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.recomputed.facts import Recorded, Rows, counted, grouped, spent
from tests.recomputed.failures import fallbacks
from tests.recomputed.usable import Call


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a model's (or of all) requests with a known cost."""

    requests: int
    tokens: int
    usd: Fraction
    saved_usd: Fraction

    @property
    def usd_per_request(self) -> Fraction:
        return self.usd / self.requests

    @property
    def list_usd(self) -> Fraction:
        """What it would have cost without the provider's cache."""
        return self.usd + self.saved_usd

    @property
    def cache_share(self) -> Fraction:
        """The part of that which the cache took off."""
        return self.saved_usd / self.list_usd if self.list_usd else Fraction(0)


def _side(calls: Sequence[Call]) -> Side:
    priced = [call for call in calls if call.cost_usd is not None]
    saved = sum((Fraction(call.savings_usd) for call in priced if call.savings_usd is not None), Fraction(0))
    return Side(len(priced), sum(call.tokens for call in priced), Fraction(spent(priced)), saved)


def change_explained(of: Recorded) -> Rows:
    """Return the bridge; nothing if no request of the old side has a known cost."""
    old_calls, new_calls = of.side("old"), of.side("new")
    old, new = _side(old_calls), _side(new_calls)
    if not old.requests:
        return []
    models = _models(old_calls, new_calls)
    failovers = _failovers(of)
    cached = _savings_are_known(old_calls, new_calls)
    steps = {
        "number of requests": (new.requests - old.requests) * old.usd_per_request,
        "choice of models": sum((_moved(was, now, old, new) for was, now in models), Fraction(0)) - failovers,
        "failovers": failovers,
        "tokens a request": sum((_tokens(was, now) for was, now in models), Fraction(0)),
        "caching": sum((_caching(was, now) for was, now in models), Fraction(0)) if cached else Fraction(0),
    }
    steps["price a token"] = new.usd - old.usd - sum(steps.values())
    return _bars(old, new, steps, cached)


def _bars(old: Side, new: Side, steps: dict[str, Fraction], cached: bool) -> Rows:
    """Return the steps between both spends, each from where the one before ended; caching only if it is known."""
    rows: Rows = [{"step": 1, "cause": "spend before", "amount_usd": spend(old), "from_usd": 0.0}]
    reached = old.usd
    for number, (cause, amount) in enumerate(steps.items(), 2):
        if cause != "caching" or cached:
            rows.append({"step": number, "cause": cause, "amount_usd": float(amount), "from_usd": float(reached)})
        reached += amount
    return [*rows, {"step": 8, "cause": "spend now", "amount_usd": spend(new), "from_usd": 0.0}]


def spend(side: Side) -> float:
    return float(side.usd)


def _models(old: Sequence[Call], new: Sequence[Call]) -> list[tuple[Side, Side]]:
    """Return both sides of every model."""
    before, after = (grouped(calls, lambda call: (call.provider, call.model)) for calls in (old, new))
    return [(_side(before.get(model, [])), _side(after.get(model, []))) for model in {**before, **after}]


def _moved(was: Side, now: Side, old: Side, new: Side) -> Fraction:
    """Return what a model's larger or smaller share of requests adds, at its old cost a request (a new one's new)."""
    if not was.requests and not now.requests:
        return Fraction(0)
    price = was.usd_per_request if was.requests else now.usd_per_request
    return (now.requests - new.requests * Fraction(was.requests, old.requests)) * price


def _tokens(was: Side, now: Side) -> Fraction:
    """Return what longer or shorter requests add at a model's old price a token."""
    if not was.tokens or not now.requests:
        return Fraction(0)
    return was.usd / was.tokens * (now.tokens - now.requests * Fraction(was.tokens, was.requests))


def _caching(was: Side, now: Side) -> Fraction:
    """Return what a smaller share taken off by the cache adds, at a model's old price without a cache."""
    if not was.tokens or not now.tokens:
        return Fraction(0)
    return now.tokens * (was.list_usd / was.tokens) * (was.cache_share - now.cache_share)


def _failovers(of: Recorded) -> Fraction:
    """Return how much more than on the old side fallbacks cost above the first choice."""
    change = Fraction(0)
    for one in fallbacks(of):
        sign = {"new": 1, "old": -1, None: 0}[of.time.side(one.at_us)]
        change += sign * Fraction(one.extra_usd or 0.0)
    return change


def _savings_are_known(old: Sequence[Call], new: Sequence[Call]) -> bool:
    """Whether cached tokens are recorded on both sides, and savings with every request that has some and a cost."""
    unknown = any(
        call.cost_usd is not None
        and call.savings_usd is None
        and (call.cache_read_tokens or 0) + (call.cache_write_tokens or 0) > 0
        for call in (*old, *new)
    )
    sides = (counted(call.cache_read_tokens for call in calls) for calls in (old, new))
    return not unknown and all(tokens is not None for tokens in sides)
