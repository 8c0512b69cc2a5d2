"""Put statements into words and rows: what their pages, CSV files and the workbook all print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finops_report.analysis.totals import Facts
from finops_report.sections.compared import recorded_part
from finops_report.statement.allocation import Allocation, By, SharingRule
from finops_report.statement.statements import Item, Statement
from finops_report.warehouse import Row
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS

RULES = {
    "by spend": "in proportion to what each spent itself",
    "by requests": "in proportion to the requests each made itself",
    "evenly": "in equal parts",
    "fixed": "by the fixed shares in the settings",
}
UNNAMED = {"team": "no team", "project": "no project", "environment": "not recorded"}


@dataclass(frozen=True, slots=True)
class Wording:
    """What all statements of a period have in common: the period, what they rest on, the report's own total."""

    title: str
    period: str
    data_until: str
    currency: str
    total: str
    total_usd: str
    kind: str
    by_team: bool
    notes: tuple[str, ...]


NOT_OVER = "The period is not over: what is used after the last data will be in its final statement."


def wording(found: Facts, divided: Allocation, rule: SharingRule, title: str, by: By, preliminary: bool) -> Wording:
    """Return the words that every statement of the period carries; `preliminary` if the period is not over."""
    period = found.period
    notes = (
        _shared(found, divided, rule),
        found.currency.rate_note,
        _unpriced(found),
        NOT_OVER if preliminary else _coverage(found),
        "Amounts are estimates from list or contract prices, not the providers' invoices.",
        "Each is rounded once, by largest remainder: all statements add up to the report's total, to the last cent.",
    )
    return Wording(
        title=title,
        period=f"{formats.span(period.start, period.end)} ({period.timezone})",
        data_until="no data" if found.as_of is None else f"{formats.moment(found.as_of)} {period.timezone}",
        currency=found.currency.code,
        total=found.money(found.cost_usd),
        total_usd=US_DOLLARS.money(found.cost_usd),
        kind="Preliminary statement of LLM spend" if preliminary else "Statement of LLM spend",
        by_team=by == "team",
        notes=tuple(filter(None, notes)),
    )


def _shared(found: Facts, divided: Allocation, rule: SharingRule) -> str:
    if rule.name == "shown":
        return "Spend without a team is not divided: it has a statement of its own."
    if not divided.shared:
        return ""
    teams = " and that of " + formats.listed(sorted(rule.shared_teams)) if rule.shared_teams else ""
    amount = found.money(float(divided.shared_usd))
    return f"Spend without a team{teams}, together {amount}, is divided {RULES[rule.name]}."


def _unpriced(found: Facts) -> str:
    if not found.unpriced_requests:
        return ""
    return f"{formats.plural(found.unpriced_requests, 'request')} without a known price are in no amount."


def _coverage(found: Facts) -> str:
    part = recorded_part(found)
    return f"Not everything is recorded: {part}." if part else ""


COLUMNS = (
    "number", "account", "owner", "cost_centre", "period_start", "period_end", "kind", "team", "project", "environment",
    "provider", "model", "requests", "input_tokens", "output_tokens", "unpriced_requests", "amount", "currency",
    "amount_usd",
)  # fmt: skip


def rows(found: Facts, statement: Statement) -> list[Row]:
    """Return a row for each item, as CSV and the workbook have them; `kind` is 'own' or 'shared'."""
    return [_row(found, statement, item) for item in statement.items]


def _row(found: Facts, statement: Statement, item: Item) -> Row:
    line = item.line
    values = (
        statement.number,
        statement.name,
        statement.owner,
        statement.cost_centre,
        found.period.start,
        found.period.end,
        "shared" if line is None else "own",
        *(
            (None,) * 9
            if line is None
            else (
                line.team, line.project, line.environment, line.provider, line.model, line.requests, line.input_tokens,
                line.output_tokens, line.unpriced_requests,
            )
        ),
        item.amount.own,
        found.currency.code,
        item.amount.usd,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """An item in words, as the page prints it; `name` is the project if the statement is of a team, else the team."""

    name: str
    project: str
    environment: str
    model: str
    requests: str
    tokens: str
    amount: str
    usd: str


def printed(found: Facts, items: Sequence[Item], by_team: bool) -> tuple[PrintedItem, ...]:
    """Return the items in words: names first, then what was used and what it costs."""
    return tuple(_printed(found, item, by_team) for item in items)


def _printed(found: Facts, item: Item, by_team: bool) -> PrintedItem:
    line, amount, usd = item.line, found.currency.billed(item.amount.own), US_DOLLARS.billed(item.amount.usd)
    if line is None:
        return PrintedItem("Part of shared spend", "", "", "", "", "", amount, usd)
    unknown = line.cost_usd is None
    counts = [count for count in (line.input_tokens, line.output_tokens) if count is not None]
    project = line.project or UNNAMED["project"]
    return PrintedItem(
        project if by_team else line.team or UNNAMED["team"],
        project,
        line.environment or UNNAMED["environment"],
        found.model_of(line.provider, line.model),
        formats.count(line.requests),
        formats.tokens(sum(counts) if counts else None),
        "price unknown" if unknown else amount,
        "price unknown" if unknown else usd,
    )
