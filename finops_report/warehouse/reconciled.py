"""Lay bills beside estimates, by UTC day and target, and part what differs into causes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.calendar.period import Period
from finops_report.errors import DatabaseError
from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.metered import Pricing, metered
from finops_report.warehouse.opening import ReadRequest
from finops_report.warehouse.sql_files import statement

FROM_SOURCE = ("billed", "unused_bills", "unpriced_cells", "crossing", "failed_tries")
AFTER = ("lines", "estimated", "classes", "causes")
Names = Callable[[str, str], tuple[str, str]]  # a provider and a model as recorded -> what both sides call them


@dataclass(frozen=True, slots=True)
class Rate:
    """A currency that bills may be in beside US dollars, and units of it a dollar."""

    currency: str = "USD"
    rate: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Reconciling:
    """What bills are compared by: prices, which are asked for only if there are bills, and names of both sides.

    `rate` is that of the bills' other currency, `accounts` are those whose requests are recorded (None: all),
    `most_rest` is the share of a provider's bill that may stay unexplained.
    """

    pricing: Callable[[], Pricing]
    names: Names
    rate: Rate
    accounts: tuple[str, ...] | None
    most_rest: Decimal


@dataclass(frozen=True, slots=True)
class Variance:
    """What was billed and estimated on a UTC day for a target, and the causes of the difference: they add up to it."""

    day: date
    provider: str
    model: str
    billed_usd: Decimal
    estimated_usd: Decimal
    variance_usd: Decimal
    currency_usd: Decimal
    untracked_usd: Decimal
    discount_usd: Decimal
    tier_usd: Decimal
    unpriced_usd: Decimal
    cache_usd: Decimal
    failed_usd: Decimal
    boundary_usd: Decimal
    rest_usd: Decimal
    is_billed: bool
    is_recorded: bool


@dataclass(frozen=True, slots=True)
class ClassVariance:
    """What was billed and estimated of one kind of tokens."""

    day: date
    provider: str
    model: str
    token_class: str
    billed_usd: Decimal
    estimated_usd: Decimal
    billed_quantity: Decimal | None
    recorded_quantity: Decimal


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be compared: what, of whom, on how many days, between which, and how much money."""

    gap: str
    provider: str
    days: int
    currency: str
    amount: Decimal
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Reconciled:
    """All that was compared in a period of UTC days, and what was not."""

    period: Period
    variances: tuple[Variance, ...]
    classes: tuple[ClassVariance, ...]
    gaps: tuple[Gap, ...]
    unusable_lines: int
    lines_outside: int


def reconciled(request: ReadRequest, by: Reconciling) -> Reconciled:
    """Return bills and estimates side by side; nothing is compared if no bill is of these days.

    Days are UTC, as those of bills are. Raises DatabaseError as reading does.
    """
    texts = {name: statement("exports/reconcile", name) for name in FROM_SOURCE}
    with metered(request, by.pricing(), (), also=texts) as found:
        con = found.con
        (unusable, outside) = con.table("unused_bills").fetchall()[0]
        known = con.sql(statement("exports/reconcile", "names")).fetchall()
        create_table(con, "same_names", statement("exports/reconcile", "same_names"), _same(known, by.names))
        bounds: Mapping[str, object] = {
            "accounts": None if by.accounts is None else list(by.accounts),
            "currency": by.rate.currency,
            "rate": float(by.rate.rate),
        }
        for name in AFTER:
            create_table(con, name, statement("exports/reconcile", name), bounds)
        return Reconciled(
            found.period,
            tuple(Variance(*row) for row in con.table("causes").fetchall()),
            tuple(ClassVariance(*row) for row in con.sql(statement("exports/reconcile", "by_class")).fetchall()),
            tuple(Gap(*row) for row in con.sql(statement("exports/reconcile", "gaps")).fetchall()),
            unusable,
            outside,
        )


def causes_sql() -> str:
    """Return the statement that parts the difference into causes."""
    return statement("exports/reconcile", "causes")


def check_billed(found: Reconciled) -> None:
    """Raise DatabaseError if no bill is of the period."""
    if found.variances or any(one.gap == "no rate" for one in found.gaps):
        return
    outside = found.lines_outside
    raise DatabaseError(
        f"No bills of {found.period.start} to {found.period.end}"
        + (f": {outside} lines are of other days" if outside else ""),
        "bring them in: finops-report ingest --from openai-costs FILE, or ask for their days",
    )


def _same(known: Sequence[tuple[str, str, bool]], names: Names) -> dict[str, list[str]]:
    """Return what each provider and model is called: of all names of a model the shortest that is recorded."""
    keys = [names(provider, model) for provider, model, _ in known]
    called: dict[tuple[str, str], tuple[bool, int, str]] = {}
    for key, (_, model, is_recorded) in zip(keys, known, strict=True):
        rank = (not is_recorded, len(model), model)
        called[key] = min(called.get(key, rank), rank)
    return {
        "provider": [provider for provider, _, _ in known],
        "model": [model for _, model, _ in known],
        "provider_key": [provider for provider, _ in keys],
        "model_key": [called[key][2] for key in keys],
    }
