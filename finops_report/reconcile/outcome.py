"""Sum up what was reconciled: by provider, the causes, what is captured, and whether the rest is too large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from finops_report.errors import DatabaseError
from finops_report.warehouse.reconciled import Reconciled, Variance

CAUSES: Mapping[str, str] = {  # column -> what it is called, in the order in which they take their part
    "currency_usd": "currency",
    "untracked_usd": "untracked keys",
    "discount_usd": "negotiated discount",
    "tier_usd": "batch or tier",
    "unpriced_usd": "unpriced",
    "cache_usd": "cache class",
    "failed_usd": "failed tries billed",
    "boundary_usd": "day boundary and zone",
    "rest_usd": "rest",
}


@dataclass(frozen=True, slots=True)
class ProviderOutcome:
    """A provider's bill beside the estimate; `causes` by column add up to billed less estimated."""

    provider: str
    billed_usd: Decimal
    estimated_usd: Decimal
    causes: Mapping[str, Decimal]
    captured: Decimal | None
    rest_share: Decimal | None

    @property
    def variance_usd(self) -> Decimal:
        return self.billed_usd - self.estimated_usd


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found: each provider, and the lines whose rest is to be explained, the largest first."""

    found: Reconciled
    providers: tuple[ProviderOutcome, ...]
    to_explain: tuple[Variance, ...]


def outcome(found: Reconciled, most_rest: Decimal) -> Outcome:
    """Return the outcome; a provider's rest is to be explained if its lines' come to more than `most_rest` of its bill.

    Rests of opposite signs do not make up for each other. Raises DatabaseError if causes do not add up.
    """
    names = sorted({one.provider for one in found.variances})
    providers = tuple(_provider(name, [one for one in found.variances if one.provider == name]) for name in names)
    too_much = {one.provider for one in providers if one.rest_share is None or one.rest_share > most_rest}
    lines = [one for one in found.variances if one.provider in too_much and one.rest_usd]
    return Outcome(found, providers, tuple(sorted(lines, key=lambda one: (-abs(one.rest_usd), one.day, one.model))))


def _provider(name: str, lines: list[Variance]) -> ProviderOutcome:
    for line in lines:
        if sum((getattr(line, column) for column in CAUSES), Decimal(0)) != line.billed_usd - line.estimated_usd:
            raise DatabaseError(
                f"The causes of {line.provider}/{line.model} on {line.day} do not add up", "please report this"
            )
    billed, rest = _sum(line.billed_usd for line in lines), _sum(abs(line.rest_usd) for line in lines)
    untracked = _sum(line.untracked_usd for line in lines)
    causes = {column: _sum(getattr(line, column) for line in lines) for column in CAUSES}
    return ProviderOutcome(
        name,
        billed,
        _sum(line.estimated_usd for line in lines),
        causes,
        (billed - untracked) / billed if billed > 0 else None,
        rest / billed if billed > 0 else Decimal(0) if not rest else None,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
