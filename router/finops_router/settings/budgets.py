"""The [[budgets]] of finops.toml: how much may be spent, on what, in which period, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from finops_router.calendar import PERIODS, Period
from finops_router.errors import ConfigError
from finops_router.settings.tags import one_tag
from finops_router.settings.toml import MOST, Table, is_number

Enforce = Literal["hard", "soft"]
ENFORCE: tuple[Enforce, ...] = get_args(Enforce)
SCOPES = ("team", "project", "provider", "model", "environment", "end_user")
KEYS = (
    *("name", "amount", "currency", "period", *SCOPES, "tag"),
    *("owner", "cost_centre", "thresholds", "forecast_thresholds", "enforce"),
)
MOST_SHARE = 10
WHOLE_AMOUNT = (1.0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetConfig:
    """One budget: `amount` of the report's currency a `period`, which starts anew by calendar and fiscal year.

    It counts what all the scopes that are set have in common, None takes in everything; `tag` is a key of `tags` and
    its value. `thresholds` are the shares of the amount at which the owner wants to hear of what is spent,
    `forecast_thresholds` of what is expected for the end of the period. `enforce` is what a gateway does about it:
    'hard' refuses calls that could go beyond the amount, 'soft' says in each answer that a threshold is passed; None is
    for reports and alerts alone.
    """

    name: str
    amount: Decimal
    period: Period
    team: str | None = None
    project: str | None = None
    provider: str | None = None
    model: str | None = None
    environment: str | None = None
    end_user: str | None = None
    tag: tuple[str, str] | None = None
    owner: str = ""
    cost_centre: str = ""
    thresholds: tuple[float, ...] = WHOLE_AMOUNT
    forecast_thresholds: tuple[float, ...] = WHOLE_AMOUNT
    enforce: Enforce | None = None


def budget_settings(top: Table, currency: str) -> tuple[BudgetConfig, ...]:
    """Return the budgets of the whole file; `currency` is that of its report.

    Raises ConfigError for a key or value that cannot be used, and for two budgets of one name.
    """
    found: dict[str, BudgetConfig] = {}
    for table in top.tables("budgets"):
        budget = _budget(table, currency)
        if budget.name in found:
            raise ConfigError(
                f"Two budgets of one name in {table.where(table.full('name'))}: {budget.name}",
                "give each a name of its own: messages and history go by it",
            )
        found[budget.name] = budget
    return tuple(found.values())


def _budget(table: Table, currency: str) -> BudgetConfig:
    table.only(KEYS)
    _check_currency(table, currency)
    scopes = {scope: _named(table, scope) for scope in SCOPES if table.has(scope)}
    return BudgetConfig(
        name=_named(table, "name"),
        amount=_amount(table),
        period=_period(table),
        **scopes,
        tag=_tag(table),
        owner=table.any_text("owner", "").strip(),
        cost_centre=table.any_text("cost_centre", "").strip(),
        thresholds=_shares(table, "thresholds"),
        forecast_thresholds=_shares(table, "forecast_thresholds"),
        enforce=_enforce(table),
    )


def _named(table: Table, key: str) -> str:
    """Return a text that names something, as the telemetry has it: without spaces around it."""
    return table.text(key).strip()


def _amount(table: Table) -> Decimal:
    value = table.value("amount", None)
    if not is_number(value) or not 0 < value < MOST or round(Decimal(value), 12) == 0:
        raise table.wrong("amount", "give an amount above 0 in the currency of the report")
    return Decimal(value)


def _check_currency(table: Table, currency: str) -> None:
    if table.has("currency") and table.value("currency", None) != currency:
        raise table.wrong("currency", f"leave it out, or write that of the report: {currency}", "the report's currency")


def _period(table: Table) -> Period:
    value = table.value("period", None)
    for period in PERIODS:
        if value == period:
            return period
    raise table.wrong("period", f"write one of: {', '.join(PERIODS)}")


def _enforce(table: Table) -> Enforce | None:
    value = table.value("enforce", None)
    for enforce in ENFORCE:
        if value == enforce:
            return enforce
    if value is not None:
        raise table.wrong("enforce", "'hard' refuses calls beyond the amount, 'soft' warns; leave it out for neither")
    return None


def _tag(table: Table) -> tuple[str, str] | None:
    if not table.has("tag"):
        return None
    tag = one_tag(table.inner("tag"))
    if tag is None:
        raise table.wrong("tag", 'name one key and its value, as { feature = "checkout" }', "one tag")
    return tag


def _shares(table: Table, key: str) -> tuple[float, ...]:
    """Return shares of the amount, smallest first, each once."""
    value = table.value(key, list(WHOLE_AMOUNT))
    if not isinstance(value, list) or not all(is_number(one) and 0 < one <= MOST_SHARE for one in value):
        raise table.wrong(key, f"give a list of shares above 0 and up to {MOST_SHARE}, as [0.5, 0.8, 1.0]", "shares")
    return tuple(sorted({float(one) for one in value}))
