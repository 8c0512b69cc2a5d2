"""The tables of bills beside estimates: by provider, and to open by cause, model, kind of tokens and day.

Their money is in the page's currency alone, as they have much of it: the CSV and report.json have US dollars beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TypeVar

from finops_report.analysis.billed_kinds import KindOutcome, billed_kinds
from finops_report.analysis.reconciliation import CAUSES, REST, Outcome, ProviderOutcome, by_bill, called, parts
from finops_report.analysis.totals import Facts
from finops_report.model import Detail, Table
from finops_report.sections.columns import each, money, money_column, text
from finops_report.sections.tables import TOP_ROWS, Field, table
from finops_report.wording import formats
from finops_report.wording.currency import Currency

MOST_DAYS = 31
MOST_KINDS = 60
KINDS: Mapping[str, str] = {
    "input": "input",
    "cache_read": "cached input",
    "cache_write": "cache writes",
    "output": "output",
    "other": "other than tokens",
    "whole": "not parted into kinds",
}
RowType = TypeVar("RowType")
Of = Callable[[ProviderOutcome], Decimal]


def by_provider(facts: Facts, done: Outcome) -> Table:
    """Return a row a provider, that of the largest bill first."""
    fields: tuple[Field[ProviderOutcome], ...] = (
        text("Provider", lambda row: row.provider),
        *_amounts(facts.currency),
        _share("Of the bill", _variance_share, lambda share: formats.change(float(share))),
        _share("Captured", lambda row: row.captured, formats.percent),
        money_column(facts.currency, "Not explained", _rest, Currency.changes, summed=True),
    )
    return _alone(by_bill(done), fields)


def details(facts: Facts, done: Outcome) -> tuple[Detail, ...]:
    """Return the tables that a reader can open."""
    lines = done.found.variances
    models = parts(lines, lambda line: f"{line.provider} · {line.model}")
    days = sorted(parts(lines, lambda line: line.day.isoformat()), key=lambda one: one.provider)
    of_day = {line.day.isoformat(): formats.day(line.day) for line in lines}
    day: Field[ProviderOutcome] = text("Day (UTC)", lambda row: of_day[row.provider])
    return (
        Detail("Causes by provider", _alone(by_bill(done), _causes(facts, done))),
        Detail("By model", _alone(models, (text("Model", lambda row: row.provider), *_parted(facts)))),
        Detail("By kind of tokens", _by_kind(facts, done)),
        Detail("By day", _alone(days, (day, *_parted(facts)), MOST_DAYS)),
    )


def _alone(rows: Sequence[RowType], fields: Sequence[Field[RowType]], most: int = TOP_ROWS) -> Table:
    return table(rows, [replace(field, beside=None) for field in fields], most)


def _amounts(currency: Currency) -> tuple[Field[ProviderOutcome], ...]:
    return (
        money(currency, "Billed", lambda row: row.billed_usd, summed=True),
        money(currency, "Estimated", lambda row: row.estimated_usd, summed=True),
        money_column(currency, "Difference", lambda row: row.variance_usd, Currency.changes, summed=True),
    )


def _parted(facts: Facts) -> tuple[Field[ProviderOutcome], ...]:
    return (
        *_amounts(facts.currency),
        text("Largest cause", _largest_cause),
        money_column(facts.currency, "Not explained", _rest, Currency.changes, summed=True),
    )


def _causes(facts: Facts, done: Outcome) -> tuple[Field[ProviderOutcome], ...]:
    """Return a column for each cause that is one somewhere."""
    found = [column for column in CAUSES if any(one.causes[column] for one in done.providers)]
    largest = max(abs(usd) for one in (*done.providers, done.whole) for usd in (*one.causes.values(), one.variance_usd))

    def changes(title: str, value: Of) -> Field[ProviderOutcome]:
        """Return a column with as many decimals as all others, so that a row can be read across."""
        title = f"{title} ({facts.currency.code})"
        return Field(title, value, lambda usd: facts.currency.changes([*usd, largest])[:-1], numeric=True, summed=True)

    return (
        text("Provider", lambda row: row.provider),
        *(changes(_named(column), partial(_cause, column)) for column in found),
        changes("Difference", lambda row: row.variance_usd),
    )


def _share(
    title: str, value: Callable[[ProviderOutcome], Decimal | None], written: Callable[[Decimal], str]
) -> Field[ProviderOutcome]:
    return Field(title, value, each(lambda share: "" if share is None else written(share)), numeric=True)


def _cause(column: str, row: ProviderOutcome) -> Decimal:
    return row.causes[column]


def _named(column: str) -> str:
    name = called(column)
    return f"{name[0].upper()}{name[1:]}"


def _rest(row: ProviderOutcome) -> Decimal:
    return row.causes[REST]


def _variance_share(row: ProviderOutcome) -> Decimal | None:
    return row.variance_usd / row.billed_usd if row.billed_usd > 0 else None


def _largest_cause(row: ProviderOutcome) -> str:
    column, usd = max(row.causes.items(), key=lambda item: abs(item[1]))
    return called(column) if usd else ""


def _by_kind(facts: Facts, done: Outcome) -> Table:
    """Return a row a provider and kind; the CSV is by model, so a long table says where the others are."""
    found = _alone(billed_kinds(done.found.classes), _kind_fields(facts), MOST_KINDS)
    more = found.note and f"The first {MOST_KINDS} rows; finops-report reconcile --format classes has all of them."
    return replace(found, note=more)


def _kind_fields(facts: Facts) -> tuple[Field[KindOutcome], ...]:
    currency = facts.currency
    return (
        text("Provider", lambda row: row.provider),
        text("Kind of tokens", lambda row: KINDS.get(row.token_class, row.token_class)),
        money(currency, "Billed", lambda row: row.billed_usd, summed=True),
        money(currency, "Estimated", lambda row: row.estimated_usd, summed=True),
        money_column(currency, "Difference", lambda row: row.variance_usd, Currency.changes, summed=True),
        Field("Tokens billed", lambda row: row.billed_tokens, each(_counted), numeric=True),
        Field("Tokens recorded", lambda row: row.recorded_tokens, each(formats.tokens), numeric=True),
    )


def _counted(tokens: Decimal | None) -> str:
    return "not on the bill" if tokens is None else formats.tokens(tokens)
