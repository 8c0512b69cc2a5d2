"""Define how what is recorded is priced anew: what is asked, what prices it, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from finops_router.records import AttemptRecord, RequestRecord

OURS = ("list", "corrected", "contract", "estimated")  # cost_source of amounts that we have worked out
UNKNOWN = "unknown"  # of an amount that says nothing of its source


# With its new cost; then its own answer's cost without other tries, and that one's source.
Priced = tuple[RequestRecord, float | None, str | None]


class Pricing(Protocol):
    """What prices a record anew."""

    def request(self, record: RequestRecord, other_tries_usd: Sequence[float]) -> Priced | None:
        """Return the request at its new price, with what its other tries cost; None if no price is known."""
        ...

    def attempt(self, record: AttemptRecord) -> AttemptRecord:
        """Return a try that was not the answer at its new price, or as it is if that is not to be told."""
        ...


@dataclass(frozen=True, slots=True)
class RepriceAsk:
    """Which requests to price anew: from a moment up to another (microseconds since 1970 UTC), whose, of which source.

    Amounts of other `sources` (cost_source; 'unknown' if it is not recorded) are left alone; what has no cost is always
    priced. `prices` says in words what the new prices are; `at_us` is now. With `is_dry` nothing is written.
    """

    from_us: int
    until_us: int
    prices: str
    at_us: int
    provider: str | None = None
    model: str | None = None
    sources: tuple[str, ...] = OURS
    is_dry: bool = False


@dataclass(frozen=True, slots=True)
class RepricedPart:
    """Requests of one target with one outcome: 'changed', 'priced' (had no cost), 'same', 'kept' (no price is known).

    Amounts are in USD, None if none of them has any.
    """

    provider: str | None
    model: str | None
    outcome: str
    requests: int
    before_usd: Decimal | None
    after_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Repriced:
    """What became of requests and tries: the `parts`, and what was left alone, by source, with its amount in USD.

    `number` is what it is undone by; 0 if nothing was changed.
    """

    number: int
    parts: tuple[RepricedPart, ...]
    left_alone: Mapping[str, tuple[int, Decimal | None]]
    attempts: int


@dataclass(frozen=True, slots=True)
class PastRepricing:
    """A repricing as it is remembered; amounts are in USD, moments in microseconds since 1970 UTC."""

    number: int
    at_us: int
    prices: str
    requests: int
    attempts: int
    before_usd: Decimal
    after_usd: Decimal
    undone_us: int | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone, and how many of its rows are no longer there."""

    number: int
    requests: int
    attempts: int
    missing: int
