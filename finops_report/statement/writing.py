"""Go the way from telemetry to statements on disk: read, divide, print, write all or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from finops_report.analysis.integrity import check, sums
from finops_report.analysis.totals import FACT_VIEWS, Facts, facts
from finops_report.calendar.history import history
from finops_report.calendar.recorded import day_of
from finops_report.calendar.zones import zone
from finops_report.errors import ConfigError, DatabaseError
from finops_report.files import write_whole
from finops_report.page.csv import csv_text
from finops_report.replaceable import check_replaceable, is_page, is_rows
from finops_report.statement.allocation import NO_COST_CENTRE, By, SharingRule, allocation
from finops_report.statement.documents import COLUMNS, Wording, rows, wording
from finops_report.statement.lines import STATEMENT_LINES
from finops_report.statement.page import statement_page
from finops_report.statement.statements import Naming, Statement, period_key, statements
from finops_report.statement.workbook import is_workbook, workbook
from finops_report.warehouse import ReadRequest, ViewRows, read
from finops_report.wording import formats
from finops_report.wording.currency import Currency


@dataclass(frozen=True, slots=True)
class Ask:
    """What statements are asked for: by team or cost centre, in which folder, divided by which rule.

    `owners` and `cost_centres` are by team; `number_prefix` begins each document's number, `paper` is what pages are
    printed on (None: the printer's).
    """

    by: By
    out: Path
    currency: Currency
    title: str
    rule: SharingRule
    number_prefix: str
    owners: Mapping[str, str]
    cost_centres: Mapping[str, str]
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The statements that were written, and the workbook that has all of them."""

    statements: tuple[Statement, ...]
    workbook: Path
    total: str


def write_statements(ask: Ask, request: ReadRequest) -> Written:
    """Write a page and a CSV for each account, and a workbook of all; return what was written.

    Raises FinopsError, and then no file has changed.
    """
    answers = read(request, FACT_VIEWS, (STATEMENT_LINES.name,))
    _check_length(answers)
    found = facts(answers, ask.currency)
    if not found.requests:
        span = formats.span(found.period.start, found.period.end)
        raise DatabaseError(f"Nothing is recorded for {span}: there is nothing to state", "ask for another period")
    check(sums(found, STATEMENT_LINES))
    divided = allocation(found.rows(STATEMENT_LINES), lambda team: _payer(ask, team), ask.rule)
    preliminary = day_of(request.now_us, zone(found.period.timezone)) <= found.period.end
    made = statements(found, divided, replace(_naming(ask), is_preliminary=preliminary))
    _check_total(found, made)
    words = wording(found, divided, ask.rule, ask.title, ask.by, preliminary)
    book = ask.out / f"{period_key(found.period.start, found.period.end)}-statements.xlsx"
    files = {path: content for one in made for path, content in _files(ask, found, one, words).items()}
    for path in files:
        check_replaceable(path, is_page if path.suffix == ".html" else is_rows("csv", COLUMNS), request.db)
    check_replaceable(book, is_workbook, request.db)
    write_whole(files | {book: workbook(found, made, words)})
    return Written(made, book, words.total)


def _check_length(answers: ViewRows) -> None:
    """Raise ConfigError if a part of the period lies before the history, which lines are taken from."""
    behind = history(answers.period, answers.extent).from_us
    if answers.extent.first_us is not None and max(answers.period.start_us, answers.extent.first_us) < behind:
        raise ConfigError(
            "A statement covers at most the month it ends in and the twelve before it",
            "ask for a month, a quarter or a year, or give --since a later day",
        )


def _files(ask: Ask, found: Facts, one: Statement, words: Wording) -> dict[Path, str | bytes]:
    return {
        ask.out / f"{one.file_name}.html": statement_page(found, one, words, ask.paper),
        ask.out / f"{one.file_name}.csv": csv_text(rows(found, one), COLUMNS),
    }


def _payer(ask: Ask, team: str) -> str:
    return team if ask.by == "team" else ask.cost_centres.get(team, "") or NO_COST_CENTRE


def _naming(ask: Ask) -> Naming:
    """Return the addressees: a team's own, or those of all teams of a cost centre."""
    if ask.by == "team":
        return Naming(ask.number_prefix, ask.owners, ask.cost_centres)
    owners: dict[str, list[str]] = {}
    for team, centre in sorted(ask.cost_centres.items()):
        if (owner := ask.owners.get(team, "")) and owner not in owners.setdefault(centre, []):
            owners[centre].append(owner)
    centres = {centre: centre for centre in ask.cost_centres.values() if centre}
    return Naming(ask.number_prefix, {centre: formats.listed(names) for centre, names in owners.items()}, centres)


def _check_total(found: Facts, made: tuple[Statement, ...]) -> None:
    """Raise DatabaseError if the statements do not add up to the report's total, or one not to its own."""
    for one in made:
        if sum((item.amount.own for item in one.items), Decimal(0)) != one.total.own:
            raise DatabaseError(f"The items of {one.number} do not add up", "nothing was written; please report this")
    total = sum((one.total.own for one in made), Decimal(0))
    if abs(total - found.cost_usd * found.currency.rate) > Decimal("0.5").scaleb(-found.currency.decimals):
        raise DatabaseError(
            f"The statements come to {total}, not to the total", "nothing was written; please report this"
        )
