"""Whom it served: spend by customer, which telemetry calls end_user, the most expensive by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.integrity import sums
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import SERIES
from finops_report.model import Section
from finops_report.sections.columns import text
from finops_report.sections.shared_columns import REQUESTS, SHARE, UNPRICED, spend
from finops_report.sections.shares import Slice, shares
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats

NONE = "no customer"
MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class CustomerSpend:
    """One customer; without a name all others together, or the requests that name none (`customers` is 0 then).

    Spend and share are None if nothing in the row has a known price.
    """

    end_user: str | None
    customers: int
    requests: int
    cost_usd: Decimal | None
    share: float | None
    unpriced_requests: int


SPEND_BY_CUSTOMER = View("spend_by_customer", CustomerSpend)


def section(facts: Facts) -> Section | None:
    """Return spend divided among customers; None if no request names one."""
    rows = facts.rows(SPEND_BY_CUSTOMER)
    if not any(row.customers for row in rows):
        return None
    fields: tuple[Field[CustomerSpend], ...] = (
        text("Customer", _name),
        spend(facts.currency),
        SHARE,
        REQUESTS,
        UNPRICED,
    )
    return Section(
        view=SPEND_BY_CUSTOMER.name,
        title="Spend by customer",
        finding=_finding(facts, rows),
        how_to_read=f"Largest first. Requests that name no customer (end_user) are in the table, as '{NONE}', and not "
        "in the chart: they may well be most of the spend.",
        table=table(rows, fields, number=lambda row: row.customers),
        charts=(_chart(facts, rows),),
        adds_up=sums(facts, SPEND_BY_CUSTOMER),
    )


def _name(row: CustomerSpend) -> str:
    if row.end_user is not None:
        return row.end_user
    return f"{formats.count(row.customers)} others" if row.customers else NONE


def _customers(rows: Sequence[CustomerSpend]) -> int:
    return sum(row.customers for row in rows)


def _finding(facts: Facts, rows: Sequence[CustomerSpend]) -> str:
    top = next(row for row in rows if row.customers)
    if top.share is None:
        return "No customer has a known price"
    finding = (
        f"{formats.plural(_customers(rows), 'customer')}; {formats.shortened(_name(top), 40)} costs most with "
        f"{facts.money(top.cost_usd)} ({formats.percent(top.share)})"
    )
    unnamed = sum((row.cost_usd or Decimal(0) for row in rows if not row.customers), Decimal(0))
    return formats.largest_first(finding, facts.cost_usd - unnamed, f"{facts.money(unnamed)} has no customer", unnamed)


def _chart(facts: Facts, rows: Sequence[CustomerSpend]) -> Chart:
    slices = [
        Slice(_name(row), SERIES[0], row.cost_usd, row.share, row.customers, row.requests)
        for row in rows
        if row.customers
    ]
    return Chart("spend_by_customer", "Spend by customer", shares(facts.currency, slices, MOST_BARS))
