"""Why spend changed: from the old side to the new one, a cause a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.integrity import Sum, sum_of_steps
from finops_report.analysis.totals import Facts
from finops_report.calendar.stretches import new_stretch, old_stretch
from finops_report.charts import Chart
from finops_report.charts.bars import Bar, across
from finops_report.charts.colours import GREY, of_change
from finops_report.charts.figure import money_axis
from finops_report.model import Section
from finops_report.sections.columns import money_column, text
from finops_report.sections.compared import nothing_compared
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording.currency import Currency


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """One bar of the bridge: the spend before, a cause, or the spend now; `from_usd` is where the bar begins."""

    step: int
    cause: str
    amount_usd: Decimal
    from_usd: Decimal


CHANGE_EXPLAINED = View("change_explained", BridgeStep)


def section(facts: Facts) -> Section:
    """Return the bridge from the spend of the old side to that of the new one."""
    rows = facts.rows(CHANGE_EXPLAINED) if facts.old is not None else ()
    fields: tuple[Field[BridgeStep], ...] = (
        text("Step", _step),
        money_column(facts.currency, "Amount", lambda row: row, _amounts),
    )
    return Section(
        view=CHANGE_EXPLAINED.name,
        title="Change explained",
        finding=_finding(facts, rows),
        how_to_read=f"From {old_stretch(facts.period)} to {new_stretch(facts.period)}, requests with a known price "
        "only. Each step changes one thing and keeps the others as they were, in this order; the steps add up exactly. "
        f"{_last_step(rows)}",
        table=table(rows, fields),
        charts=(_chart(facts, rows),) if rows else (),
        empty="" if rows else nothing_compared(facts),
        adds_up=_steps_add_up(rows),
    )


def _steps_add_up(rows: Sequence[BridgeStep]) -> tuple[Sum, ...]:
    """Return the spend before and all steps, beside the spend now."""
    if not rows:
        return ()
    *steps, end = (row.amount_usd for row in rows)
    return (sum_of_steps(CHANGE_EXPLAINED.name, "amount_usd", steps, end),)


def _is_whole(row: BridgeStep, rows: Sequence[BridgeStep]) -> bool:
    """Return whether a bar is the spend of one of the sides, and no step."""
    return row.step in (rows[0].step, rows[-1].step)


def _amounts(currency: Currency, rows: Sequence[BridgeStep]) -> list[str]:
    """Return the cells of a column: the spend of either side as it is, a step with its sign."""
    changes = currency.changes([row.amount_usd for row in rows])
    return [text.removeprefix("+") if _is_whole(row, rows) else text for row, text in zip(rows, changes, strict=True)]


def _more(facts: Facts, row: BridgeStep, rows: Sequence[BridgeStep]) -> str:
    """Return what the bar itself does not say: the days of a side, the spend before and after a step."""
    if _is_whole(row, rows):
        return old_stretch(facts.period) if row.step == rows[0].step else new_stretch(facts.period)
    return f"from {facts.money(row.from_usd)} to {facts.money(row.from_usd + row.amount_usd)}"


def _last_step(rows: Sequence[BridgeStep]) -> str:
    """Return what the last step holds: caching, too, if nobody recorded what it saved."""
    if any(row.cause == "caching" for row in rows):
        return "Price per token is what remains: prices, and longer answers in relation to prompts."
    return (
        "Price per token is what remains: prices, longer answers in relation to prompts, and caching, as what it "
        "saved is not recorded for all requests."
    )


def _finding(facts: Facts, rows: Sequence[BridgeStep]) -> str:
    if not rows:
        return "Not compared" if facts.gaps else "Nothing earlier to compare with"
    old, *steps, new = rows
    largest = max(steps, key=lambda row: (abs(row.amount_usd), -row.step))
    if not largest.amount_usd:
        return f"Spend stayed at {facts.money(new.amount_usd)}"
    moved_usd = new.amount_usd - old.amount_usd
    why = f"the largest step: {_step(largest)} ({facts.currency.signed(largest.amount_usd)})"
    if not moved_usd:
        return f"Spend stayed at {facts.money(new.amount_usd)}; {why}"
    return f"Spend {_moved(moved_usd)} by {facts.money(abs(moved_usd))} to {facts.money(new.amount_usd)}; {why}"


def _moved(usd: Decimal) -> str:
    return "rose" if usd > 0 else "fell"


def _step(row: BridgeStep) -> str:
    """Return the cause of a step; of caching, which saves, what a plus or a minus means."""
    if row.cause != "caching" or not row.amount_usd:
        return row.cause.replace(" a ", " per ")
    return "less saved by caching" if row.amount_usd > 0 else "more saved by caching"


def _chart(facts: Facts, rows: Sequence[BridgeStep]) -> Chart:
    """Return the bridge: each step begins where the one before it ended."""
    money = facts.currency
    bars = [
        Bar(
            _step(row),
            money.amount(row.amount_usd),
            amount,
            GREY if _is_whole(row, rows) else of_change(row.amount_usd),
            money.amount(row.from_usd),
            _more(facts, row, rows),
        )
        for row, amount in zip(rows, _amounts(money, rows), strict=True)
    ]
    return Chart("change_explained", "From the spend before to the spend now", across(bars, money_axis(money)))
