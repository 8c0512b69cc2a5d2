"""A line of a provider's bill as the table `billed_costs` keeps it (sql/schema/004, 012)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import msgspec

CLASSES = ("input", "cache_read", "cache_write", "output", "other")
WRITE = re.compile(r"cach\w*.?(write|creation|storage)|write\w*.?cache|cache_creation")
CACHED = re.compile(r"cach")
OUTPUT = re.compile(r"output|completion|response|\bout(p|pt)?\b")
INPUT = re.compile(r"input|prompt|\binp?\b")


class BilledCost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was charged on a UTC day for a line of a bill.

    `amount` is in `currency`; `amount_usd` is the same in US dollars if the bill states it itself; `list_amount` is
    what it would be without the customer's discounts, in `currency`. `quantity` counts tokens, or pieces of what is no
    token.
    """

    date: date
    provider: str
    line_item: str
    amount: Decimal
    currency: str
    source: str
    model: str | None = None
    token_class: str = "other"  # noqa: S105 -- a kind of tokens, no password
    quantity: Decimal | None = None
    list_amount: Decimal | None = None
    amount_usd: Decimal | None = None
    service_tier: str | None = None
    account: str | None = None


def token_class(said: str) -> str:
    """Return which kind of tokens a line is of, by its words; 'other' if it does not say.

    Its words may be in one piece: 'USE1-Claude4Sonnet-cache-read-input-token-count'.
    """
    words = said.lower()
    if CACHED.search(words):
        return "cache_write" if WRITE.search(words) else "cache_read"
    if OUTPUT.search(words):
        return "output"
    return "input" if INPUT.search(words) else "other"
