"""What the recorded requests would have cost by other settings: other prices, other models, the same tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from finops_router.pricing.prices import Prices
from finops_router.pricing.repricing import Asked
from finops_router.settings.reader import Settings
from finops_router.settings.router import Group

from finops_report.prices.repricing import asked_models
from finops_report.prices.used import Target, bill_of, target_of, usage_of
from finops_report.warehouse import Calls

AS_RECORDED = frozenset({"provider", "reported"})  # cost_source of amounts that are not ours
CHEAPEST = "cost-first"


@dataclass(frozen=True, slots=True)
class Change:
    """The settings in force, those that would be, and models that would take the place of others (`swaps`)."""

    now: Settings
    then: Settings
    swaps: Mapping[Target, Target] = field(default_factory=dict)


@dataclass(slots=True)
class Moved:
    """Requests that would go from one target to another, or stay; of the `unknown`, a cost is not known.

    Amounts are in USD, of the others alone: what is compared is the same requests.
    """

    before: Target
    after: Target
    requests: int = 0
    unknown: int = 0
    before_usd: Decimal = Decimal(0)
    after_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would have become of the requests, those that would have changed most first."""

    moved: tuple[Moved, ...]

    @property
    def before_usd(self) -> Decimal:
        return sum((one.before_usd for one in self.moved), Decimal(0))

    @property
    def after_usd(self) -> Decimal:
        return sum((one.after_usd for one in self.moved), Decimal(0))

    @property
    def requests(self) -> int:
        return sum(one.requests for one in self.moved)

    @property
    def unknown(self) -> int:
        return sum(one.unknown for one in self.moved)


class _Pricing:
    """Both price tables, and where requests would go."""

    def __init__(self, change: Change) -> None:
        self.now, self.then = change.now.price_table(), change.then.price_table()
        self.asked_now, self.asked_then = asked_models(change.now), asked_models(change.then)
        self.swaps = change.swaps
        self.groups_now, self.groups_then = _groups(change.now), _groups(change.then)

    def goes_to(self, calls: Calls) -> Target:
        """Return who would have answered: who takes its place, else as the changed groups have it, else who did."""
        own = target_of(calls)
        if (swapped := self.swaps.get(own)) is not None:
            return swapped
        name = calls.requested_model or ""
        group = self.groups_then.get(name)
        if group is None or _targets(group) == _targets(self.groups_now.get(name)):
            return own
        listed = {(target.provider, target.model) for target in group.targets}
        asked = (calls.provider, self.asked_now.get((name, calls.provider), calls.model))
        if group.strategy == CHEAPEST:
            return self._cheapest(calls, group, own if asked in listed else None)
        first = group.targets[0]
        return own if asked in listed or own in listed else (first.provider, first.model)

    def _cheapest(self, calls: Calls, group: Group, own: Target | None) -> Target:
        """Return the target that costs least for these requests; of equal ones who answered, then the first listed."""
        tokens = (calls.input_tokens or 0) + (calls.output_tokens or 0)
        fitting = [one for one in group.targets if one.context_tokens is None or tokens <= one.context_tokens]
        listed = [(one.provider, one.model) for one in fitting or group.targets]
        places = listed if own is None else [own, *listed]
        priced = [
            (cost_usd, number)
            for number, place in enumerate(places)
            if (cost_usd := bill_of(calls, self.then, self.asked_then, place).cost_usd) is not None
        ]
        return places[min(priced)[1]] if priced else places[0]


def what_if(calls: Iterable[Calls], change: Change) -> WhatIf:
    """Return what `calls` would have cost after the change: at the same moments, with the same tokens.

    Both sides are worked out by the price tables of their settings, so that they differ by the change alone. What a
    provider charged, or another tool had, counts as it is where the change makes no difference to its price.
    """
    pricing, found = _Pricing(change), dict[tuple[Target, Target], Moved]()
    for one in calls:
        if usage_of(one).source == "none" and one.cost_usd is None:
            continue  # it failed, or nobody knows what it used: no price could tell
        before, after = target_of(one), pricing.goes_to(one)
        moved = found.setdefault((before, after), Moved(before, after))
        moved.requests += one.requests
        amounts = _amounts(one, pricing, after)
        if amounts is None:
            moved.unknown += one.requests
        else:
            moved.before_usd += amounts[0]
            moved.after_usd += amounts[1]
    ordered = sorted(found.values(), key=lambda one: (-abs(one.after_usd - one.before_usd), one.before, one.after))
    return WhatIf(tuple(ordered))


def _amounts(calls: Calls, pricing: _Pricing, after: Target) -> tuple[Decimal, Decimal] | None:
    """Return what these requests cost before and after, in USD; None if either is not known."""
    old = _bill_usd(calls, pricing.now, pricing.asked_now, target_of(calls))
    new = _bill_usd(calls, pricing.then, pricing.asked_then, after)
    is_whole = calls.cost_usd is not None and calls.priced_requests == calls.requests
    recorded = calls.cost_usd if is_whole and (calls.cost_source in AS_RECORDED or old is None) else None
    if recorded is not None:
        if after == target_of(calls) and old == new:
            return recorded, recorded
        return None if new is None else (recorded, new)
    return None if old is None or new is None else (old, new)


def _bill_usd(calls: Calls, prices: Prices, asked: Asked, target: Target) -> Decimal | None:
    cost_usd = bill_of(calls, prices, asked, target).cost_usd
    return None if cost_usd is None else cost_usd * calls.requests


def _groups(settings: Settings) -> Mapping[str, Group]:
    return {} if settings.router is None else settings.router.groups


def _targets(group: Group | None) -> object:
    return None if group is None else (group.strategy, [(one.provider, one.model) for one in group.targets])
