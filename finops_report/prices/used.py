"""What was called, as prices take it: usage, way of being served, target."""

from __future__ import annotations

import msgspec
from finops_router.calls import UNKNOWN_USAGE, Served, Usage
from finops_router.pricing.price import Bill
from finops_router.pricing.prices import Prices
from finops_router.pricing.repricing import Asked, usage_of_counts

from finops_report.warehouse import Calls

Target = tuple[str, str]  # provider and model


def target_of(calls: Calls) -> Target:
    """Return who was called."""
    return calls.provider, calls.model


def usage_of(calls: Calls) -> Usage:
    """Return what each of these requests used; UNKNOWN_USAGE if that is not on record."""
    is_counted = calls.input_tokens is not None or calls.output_tokens is not None
    is_empty = calls.failed and not calls.input_tokens and not calls.output_tokens
    if calls.usage_source == "none" or not is_counted or is_empty:
        return UNKNOWN_USAGE
    return usage_of_counts(calls, _units(calls.other_units), calls.usage_source or "provider")


def served_of(calls: Calls) -> Served:
    """Return how they were served."""
    return Served(service_tier=calls.service_tier, speed=calls.speed, inference_region=calls.inference_region)


def bill_of(calls: Calls, prices: Prices, asked: Asked, target: Target | None = None) -> Bill:
    """Return what one of these requests costs at `prices`, at `target` if it is another one than it was.

    Another target has no ways of serving that the old one had, and is asked for by its own name.
    """
    provider, model = target or target_of(calls)
    if target is not None and target != target_of(calls):
        return prices.bill(usage_of(calls), provider, model, calls.slot_us)
    name = asked.get((calls.requested_model or "", provider)) or calls.requested_model
    return prices.bill(usage_of(calls), provider, model, calls.slot_us, served_of(calls), name)


def _units(text: str | None) -> dict[str, int | float]:
    try:
        return {} if text is None else msgspec.json.decode(text, type=dict[str, int | float])
    except msgspec.MsgspecError:  # of somebody else's: units that nobody can read have no price
        return {"unreadable": 1}
