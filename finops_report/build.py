"""Go the whole way from telemetry to files on disk: read, judge, print, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from finops_report.analysis.reconciliation import bills
from finops_report.analysis.rules.company import DEFAULT_RULES, CompanyRules
from finops_report.calendar.period import PeriodAsk
from finops_report.calendar.recorded import recorded_days
from finops_report.calendar.zones import zone
from finops_report.clock import build_moment_us
from finops_report.database_address import SourcePlace
from finops_report.document.writing import report_json
from finops_report.errors import DatabaseError, OutputError
from finops_report.files import write_whole
from finops_report.model import Report
from finops_report.replaceable import check_replaceable, is_figures, is_page
from finops_report.report import only, report
from finops_report.warehouse import (
    ALL_IS_URGENT,
    DEFAULT_LIMITS,
    NO_COUNTS,
    Budget,
    Limits,
    NotUrgent,
    Policy,
    ReadRequest,
    UnitCounts,
    ViewRows,
    Waiting,
    read,
)
from finops_report.warehouse.reconciled import Reconciling
from finops_report.warehouse.steps import Told, nobody
from finops_report.wording.conventions import written_as
from finops_report.wording.currency import US_DOLLARS, Currency
from finops_report.wording.formats import count, shortened, span
from finops_report.wording.locales import conventions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build: what to read, for which days, and where the page and its figures (None: nowhere) go.

    `patience_s` is how long to wait for a database that another process has open, `limits` what reading may use up.
    With `allow_empty`, a report of nothing is built, too. `only` names the views the page is to show;
    empty means all. report.json has all in any case. `logo` is a picture for the top of the page, `currency` what its
    money is written in, `rules` what its verdicts are given by, `locale` the one of its numbers and dates, `paper` the
    sheet that it is printed on ('A4'; None: the printer's), `units` the company's own counts of outcomes, `not_urgent`
    the work that may be answered later, `policies` what guardrails allow, `cache` the file in which sums are kept for
    the next build (None: nowhere), `reconciling` what bills are compared by (None: they are not), `told` who hears of
    each step of reading.
    """

    db: SourcePlace
    table: str | None
    ask: PeriodAsk
    title: str
    out: Path
    json_out: Path | None
    patience_s: float
    allow_empty: bool = False
    limits: Limits = DEFAULT_LIMITS
    only: tuple[str, ...] = ()
    logo: Path | None = None
    currency: Currency = US_DOLLARS
    rules: CompanyRules = DEFAULT_RULES
    budgets: tuple[Budget, ...] = ()
    locale: str = "en"
    paper: str | None = None
    units: UnitCounts = NO_COUNTS
    not_urgent: NotUrgent = ALL_IS_URGENT
    policies: tuple[Policy, ...] = ()
    cache: Path | None = None
    reconciling: Reconciling | None = None
    told: Told = nobody


@dataclass(frozen=True, slots=True)
class Built:
    """What was built, and the lines an executive would want to read first."""

    report: Report
    summary: tuple[str, ...]


def build_report(build: Build, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> Built:
    """Build the page and report.json and return what an executive wants to know of it.

    Raises FinopsError, and then neither file has changed. `clock` and `sleep`, in seconds, are for a busy database.
    """
    check_outputs(build)
    from finops_report.page.logo import logo_uri
    from finops_report.page.page import page  # plotly, jinja2: not needed before the numbers are there

    logo = None if build.logo is None else logo_uri(build.logo)
    waiting = Waiting(build.patience_s, clock, sleep)
    request = _request(build, waiting)
    answers = read(request)
    if not build.allow_empty:
        _check_recorded(build, answers)
    billed = bills(answers, request, build.reconciling)
    with written_as(conventions_of(build.locale)):
        made = report(answers, build.title, build.currency, build.rules, billed)
        shown = only(made, build.only) if build.only else made
        figures = {} if build.json_out is None else {build.json_out: report_json(made)}
        write_whole({build.out: page(shown, logo, build.paper)} | figures)
        return Built(made, _summary(build, made))


def _request(build: Build, waiting: Waiting) -> ReadRequest:
    return ReadRequest(
        build.db,
        build.table,
        build.ask,
        build_moment_us(),
        waiting,
        build.limits,
        build.budgets,
        build.units,
        build.not_urgent,
        build.policies,
        build.cache,
        build.told,
    )


def check_outputs(build: Build) -> None:
    """Raise OutputError if a file that is not ours, the database or the kept cubes would be replaced."""
    check_replaceable(build.out, is_page, build.db)
    if build.cache is not None and build.cache.resolve() in (
        build.out.resolve(),
        (build.json_out or build.out).resolve(),
    ):
        raise OutputError(f"Page and kept cubes would be the same file: {build.cache}", "give --cache another name")
    if build.json_out is None:
        return
    if build.out.resolve() == build.json_out.resolve():
        raise OutputError(f"Page and JSON would be the same file: {build.out}", "give --json another name")
    check_replaceable(build.json_out, is_figures, build.db)


def _check_recorded(build: Build, answers: ViewRows) -> None:
    """Raise DatabaseError if nothing is recorded in the days asked for: an empty page would replace a good one."""
    asked = answers.period
    if any(row["requests"] for row in answers.views["totals"]):
        return
    if not build.ask.names_days:
        rows = answers.extent.rows_read
        what = f"none of its {count(rows)} rows has a usable time" if rows else "it has no rows"
        raise DatabaseError(
            f"Nothing is recorded in table {shortened(answers.source.table)} of {build.db}: {what}",
            "record something first, or build the empty report with --allow-empty",
        )
    recorded = recorded_days(answers.extent, zone(asked.timezone))
    known = "nothing is recorded at all" if recorded is None else f"recorded is {span(recorded.first, recorded.last)}"
    raise DatabaseError(
        f"Nothing is recorded for {span(asked.start, asked.end)}: {known}",
        "ask for days of that, or build the empty report with --allow-empty",
    )


def _summary(build: Build, made: Report) -> tuple[str, ...]:
    answer = {answer.key: answer.answer for answer in made.answers}
    return (
        f"spend: {answer['spend']}",
        f"routing: {answer['strategies']}",
        f"resilience: {answer['resilience']}",
        f"report: {build.out}",
        *(() if build.json_out is None else (f"figures: {build.json_out}",)),
    )
