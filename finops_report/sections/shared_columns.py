"""Name the columns that several tables share, and what a row needs to have for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from finops_report.analysis.totals import Facts
from finops_report.sections.columns import count, duration, each, money, text, tokens
from finops_report.sections.tables import Field
from finops_report.wording import formats
from finops_report.wording.currency import Currency
from finops_report.wording.unrecorded import in_table


class OfProvider(Protocol):
    """A row of one provider."""

    @property
    def provider(self) -> str: ...


class OfModel(Protocol):
    """A row of one model."""

    @property
    def model(self) -> str: ...


class OfStrategy(Protocol):
    """A row of one routing strategy."""

    @property
    def strategy(self) -> str: ...


class Requests(Protocol):
    """A row that counts requests."""

    @property
    def requests(self) -> int: ...


class Unpriced(Protocol):
    """A row that counts requests without a known price."""

    @property
    def unpriced_requests(self) -> int: ...


class Spend(Protocol):
    """A row with spend; None if nothing in it has a known price."""

    @property
    def cost_usd(self) -> Decimal | None: ...


class Share(Protocol):
    """A row with its share of spend."""

    @property
    def share(self) -> float | None: ...


class Tokens(Protocol):
    """A row with tokens."""

    @property
    def input_tokens(self) -> int | None: ...
    @property
    def output_tokens(self) -> int | None: ...


class Latency(Protocol):
    """A row with quantiles of latency."""

    @property
    def p50_ms(self) -> float | None: ...
    @property
    def p95_ms(self) -> float | None: ...


MODEL: Field[OfModel] = text("Model", lambda row: in_table("model", row.model))
STRATEGY: Field[OfStrategy] = text("Strategy", lambda row: in_table("strategy", row.strategy))
REQUESTS: Field[Requests] = count("Requests", lambda row: row.requests, summed=True)
UNPRICED: Field[Unpriced] = count("Without a price", lambda row: row.unpriced_requests, summed=True)
IN: Field[Tokens] = tokens("Input tokens", lambda row: row.input_tokens)
OUT: Field[Tokens] = tokens("Output tokens", lambda row: row.output_tokens)
P50: Field[Latency] = duration("Typical (median)", lambda row: row.p50_ms)
P95: Field[Latency] = duration("95 % within", lambda row: row.p95_ms)


def _share_of_spend(share: float | None) -> str:
    """Write a share; they are divided each for itself, so that their sum is a whole but for a double's last digits."""
    return "" if share is None else formats.percent(round(share, 12))


SHARE: Field[Share] = Field("Share of spend", lambda row: row.share, each(_share_of_spend), numeric=True, summed=True)


def provider(facts: Facts) -> Field[OfProvider]:
    """Return the column of providers, as readers know them."""
    return text("Provider", lambda row: facts.called(row.provider))


def spend(currency: Currency) -> Field[Spend]:
    """Return the column of spend."""
    return money(currency, "Spend", lambda row: row.cost_usd, summed=True)
