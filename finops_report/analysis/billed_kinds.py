"""Sum up what was billed and estimated by provider and kind of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from finops_report.analysis.amounts import DIGITS
from finops_report.warehouse.reconciled import ClassVariance

ORDER = ("input", "cache_read", "cache_write", "output", "other", "whole")


@dataclass(frozen=True, slots=True)
class KindOutcome:
    """One kind of a provider's tokens, billed and estimated; `billed_tokens` is None if a bill does not count them.

    `token_class` is 'whole' for costs that are not parted into kinds.
    """

    provider: str
    token_class: str
    billed_usd: Decimal
    estimated_usd: Decimal
    variance_usd: Decimal
    billed_tokens: Decimal | None
    recorded_tokens: Decimal


def billed_kinds(classes: Iterable[ClassVariance]) -> tuple[KindOutcome, ...]:
    """Return each provider's kinds of tokens, both in their order."""
    by_kind: dict[tuple[str, str], list[ClassVariance]] = {}
    for one in classes:
        by_kind.setdefault((one.provider, one.token_class), []).append(one)
    places = {kind: place for place, kind in enumerate(ORDER)}
    keys = sorted(by_kind, key=lambda key: (key[0], places.get(key[1], len(places)), key[1]))
    with localcontext(prec=DIGITS):
        return tuple(_kind(provider, kind, by_kind[provider, kind]) for provider, kind in keys)


def _kind(provider: str, kind: str, lines: Sequence[ClassVariance]) -> KindOutcome:
    nothing = Decimal(0)
    billed = sum((one.billed_usd for one in lines), nothing)
    estimated = sum((one.estimated_usd for one in lines), nothing)
    uncounted = any(one.billed_quantity is None and one.billed_usd for one in lines)
    counted = sum((one.billed_quantity for one in lines if one.billed_quantity is not None), nothing)
    recorded = sum((one.recorded_quantity for one in lines), nothing)
    return KindOutcome(provider, kind, billed, estimated, billed - estimated, None if uncounted else counted, recorded)
