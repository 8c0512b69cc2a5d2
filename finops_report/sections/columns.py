"""Name the columns that several tables share, with their units and how they are said."""

from __future__ import annotations

from functools import partial

from finops_report.sections.tables import Field, name
from finops_report.wording import formats
from finops_report.wording.currency import Currency

REQUESTS = Field("requests", "Requests", formats.count, summed=True)
UNPRICED = Field("unpriced_requests", "Without a price", formats.count, summed=True)
# Shares are divided each for itself: their sum is a whole but for the last digits of a double.
SHARE = Field(
    "share", "Share of spend", lambda share: "" if share is None else formats.percent(round(share, 12)), summed=True
)
IN, OUT = (
    Field("input_tokens", "Input tokens", formats.tokens, summed=True),
    Field("output_tokens", "Output tokens", formats.tokens, summed=True),
)
P50, P95, P99 = (
    Field("p50_ms", "Half within (p50)", formats.duration),
    Field("p95_ms", "95 % within (p95)", formats.duration),
    Field("p99_ms", "99 % within (p99)", formats.duration),
)
PROVIDER, MODEL, STRATEGY = (
    Field("provider", "Provider", name),
    Field("model", "Model", name),
    Field("strategy", "Strategy", name),
)


def amount(currency: Currency, key: str, title: str, *, summed: bool = False) -> Field:
    """Return a column of money; a value that is not there has no known price."""
    return Field(key, f"{title} ({currency.code})", currency.money, summed, currency.column)


def amount_or_nothing(currency: Currency, key: str, title: str, *, summed: bool = False) -> Field:
    """Return a column of money that is left empty where nothing is known."""
    say_all = partial(currency.column, unknown="")
    return Field(key, f"{title} ({currency.code})", currency.money_or_nothing, summed, say_all)


def cost(currency: Currency) -> Field:
    """Return the column of spend."""
    return amount(currency, "cost_usd", "Spend", summed=True)
