"""Read the few numbers off the views that answers and headline compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from finops_report.analysis.budget_rows import BUDGET_DAYS, BUDGET_HISTORY, BUDGETS
from finops_report.analysis.budgets import Standing, company_budget, judged
from finops_report.analysis.budgets_ahead import budgets_ahead
from finops_report.analysis.month_ahead import HISTORY_DAYS, SPEND_FORECAST, MonthAhead, month_ahead
from finops_report.analysis.reconciliation import Bills
from finops_report.analysis.rules import BudgetRule, UnusualRule
from finops_report.analysis.rules.company import DEFAULT_RULES, CompanyRules
from finops_report.calendar.coverage import Coverage
from finops_report.calendar.period import Period
from finops_report.calendar.stretches import new_days, old_days
from finops_report.calendar.zones import zone
from finops_report.warehouse import ViewRows
from finops_report.warehouse.views import Row, View
from finops_report.wording import formats
from finops_report.wording.currency import Currency
from finops_report.wording.formats import Number
from finops_report.wording.providers import provider_names
from finops_report.wording.unrecorded import in_table

RowType = TypeVar("RowType")


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole period; what the cache saved is None if nobody recorded it."""

    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    unpriced_tokens: int
    failed_requests: int
    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int | None
    cache_savings_usd: Decimal | None
    providers: int
    models: int


@dataclass(frozen=True, slots=True)
class SideSpend:
    """One side of the comparison, 'old' or 'new'."""

    side: str
    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    tokens: int


@dataclass(frozen=True, slots=True)
class SideLatency:
    """Quantiles of one side of the comparison in milliseconds."""

    side: str
    requests: int
    p50_ms: float
    p95_ms: float


TOTALS = View("totals", Totals)
COMPARISON = View("comparison", SideSpend)
NAMING_PROVIDERS = ("spend_by_provider", "attempts_by_provider")  # the views that name every provider
LATENCY_COMPARED = View("latency_compared", SideLatency)
COVERAGE = View("coverage", Coverage)
FACT_VIEWS = (  # what facts are made of
    *(view.name for view in (TOTALS, COMPARISON, LATENCY_COMPARED, COVERAGE, HISTORY_DAYS, SPEND_FORECAST)),
    *(view.name for view in (BUDGETS, BUDGET_HISTORY, BUDGET_DAYS)),
    *NAMING_PROVIDERS,
)
NOTHING_COVERED = Coverage("period", 0, 0, 0.0, 0.0, 0.0, 0.0)  # of a day that a country left out


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison; money in USD, times in milliseconds, None if nothing is recorded."""

    requests: int
    cost_usd: Decimal
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the answers are made of: totals, both sides of the comparison, and the rows by view.

    Amounts are in USD; `currency` converts and writes them. `coverage` says how much of the period is recorded, `gaps`
    which sides of the comparison lack too much to be compared: then `old` is None, as if there were nothing earlier.
    `as_of` is the newest request, in the time zone of the report. `ahead` is the forecast of the month it ends in,
    `unusual` what counts as unusual (None: off), `budgets` how they stand by `budget_rule`, `bills` how they
    compare with the estimate (None: there are none).
    """

    period: Period
    currency: Currency
    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    unpriced_tokens: int
    failed_requests: int
    input_tokens: int
    output_tokens: int
    providers: int
    models: int
    old: Side | None
    new: Side | None
    coverage: Coverage
    gaps: tuple[Coverage, ...]
    views: Mapping[str, Sequence[Row]]
    has_attempts: bool
    as_of: datetime | None
    provider_names: Mapping[str, str]
    ahead: MonthAhead | None
    unusual: UnusualRule | None
    budget_rule: BudgetRule
    budgets: tuple[Standing, ...]
    bills: Bills | None = None

    def called(self, provider: str) -> str:
        """Return the name of a provider as readers know it."""
        return self.provider_names.get(provider, provider)

    def model_of(self, provider: str, model: str) -> str:
        """Return a model with its provider: 'Google Gemini · gemini-2.5-pro'."""
        return f"{self.called(provider)} · {in_table('model', model)}"

    def money(self, usd: Number | None) -> str:
        """Return an amount of USD as text, in the report's currency."""
        return self.currency.money(usd)

    @property
    def company_budget(self) -> Standing | None:
        """Return the budget of the whole company that stands worst; None if there is none."""
        return company_budget(self.budgets)

    @property
    def cost_change(self) -> float | None:
        """Return the relative change of spend between the two sides; None if there is nothing to compare with."""
        if self.old is None or self.new is None or not self.old.cost_usd:
            return None
        return float(self.new.cost_usd / self.old.cost_usd) - 1

    @property
    def daily_cost_change(self) -> float | None:
        """Return the relative change of spend a day: months differ in length; None if there is nothing to compare."""
        if self.cost_change is None:
            return None
        return (1 + self.cost_change) * old_days(self.period) / new_days(self.period) - 1

    @property
    def volume_change(self) -> float | None:
        """Return the relative change of the number of requests; None if there is nothing to compare with."""
        if self.old is None or self.new is None or not self.old.requests:
            return None
        return self.new.requests / self.old.requests - 1

    @property
    def is_priced(self) -> bool:
        """Whether any request has a known price; else spend is unknown, and not nothing."""
        return self.unpriced_requests < self.requests

    @property
    def unpriced_share(self) -> float:
        return self.unpriced_requests / self.requests if self.requests else 0.0

    def rows(self, view: View[RowType]) -> tuple[RowType, ...]:
        """Return the rows of a view as values of its class."""
        return view.rows(self.views[view.name])

    def row(self, view: View[RowType]) -> RowType:
        """Return the row of a view that has exactly one; raises ValueError if it has more or none."""
        (row,) = self.rows(view)
        return row


def facts(
    answers: ViewRows, currency: Currency, judged_by: CompanyRules = DEFAULT_RULES, bills: Bills | None = None
) -> Facts:
    """Read totals and both sides of the comparison off the views, and judge budgets, once, by the rules given."""
    (totals,) = TOTALS.rows(answers.views[TOTALS.name])
    spend = {row.side: row for row in COMPARISON.rows(answers.views[COMPARISON.name])}
    latency = {row.side: row for row in LATENCY_COMPARED.rows(answers.views[LATENCY_COMPARED.name])}
    covered = {row.part: row for row in COVERAGE.rows(answers.views[COVERAGE.name])}
    gaps = tuple(covered[side] for side in ("old", "new") if side in covered and covered[side].has_gaps)
    compared = answers.period.basis != "none" and not gaps
    last_us = answers.extent.last_us
    return Facts(
        period=answers.period,
        currency=currency,
        requests=totals.requests,
        cost_usd=totals.cost_usd,
        unpriced_requests=totals.unpriced_requests,
        unpriced_tokens=totals.unpriced_tokens,
        failed_requests=totals.failed_requests,
        input_tokens=totals.input_tokens,
        output_tokens=totals.output_tokens,
        providers=totals.providers,
        models=totals.models,
        old=_side(spend.get("old"), latency.get("old")) if compared else None,
        new=_side(spend.get("new"), latency.get("new")),
        coverage=covered.get("period", NOTHING_COVERED),
        gaps=gaps if answers.period.basis != "none" else (),
        views=answers.views,
        has_attempts=answers.source.has_attempts and bool(answers.views["attempts_by_provider"]),
        provider_names=provider_names(str(row["provider"]) for view in NAMING_PROVIDERS for row in answers.views[view]),
        as_of=None if last_us is None else datetime.fromtimestamp(last_us // 1_000_000, zone(answers.period.timezone)),
        ahead=month_ahead(answers.views),
        unusual=judged_by.unusual,
        budget_rule=judged_by.rules.budgets,
        budgets=judged(answers.views, currency, budgets_ahead(answers.views), judged_by),
        bills=bills,
    )


def _side(spend: SideSpend | None, latency: SideLatency | None) -> Side | None:
    if spend is None:
        return None
    p50_ms, p95_ms = (None, None) if latency is None else (latency.p50_ms, latency.p95_ms)
    return Side(spend.requests, spend.cost_usd, p50_ms, p95_ms)


def share_of(part: int | Decimal, whole: int | Decimal) -> str:
    """Return a part of a whole as percent; 'none' if the whole is nothing."""
    return formats.percent(float(part) / float(whole)) if whole else "none"
