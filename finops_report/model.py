"""Hold what a report is: everything the page prints, already compared and already in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from finops_report.analysis.budgets import Standing
from finops_report.analysis.integrity import Sum
from finops_report.analysis.month_ahead import MonthAhead
from finops_report.analysis.reconciliation import Bills
from finops_report.analysis.totals import Totals
from finops_report.analysis.verdict import Verdict
from finops_report.calendar.coverage import Coverage
from finops_report.calendar.period import Period
from finops_report.charts import Chart
from finops_report.warehouse import Row
from finops_report.wording.currency import Currency

__all__ = [
    "Answer",
    "BudgetBar",
    "Column",
    "Detail",
    "Fact",
    "Headline",
    "Reckoned",
    "Report",
    "Section",
    "Table",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the executive questions with its answer, its verdict and the rule behind the verdict.

    `key` names the question for programs, `topic` in a word for readers; `brief` is the answer in about three words.
    `evidence` names the views the answer rests on.
    """

    key: str
    topic: str
    question: str
    answer: str
    brief: str
    verdict: Verdict
    rule: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the confidence section or of another one; `level` is how much it should worry the reader."""

    label: str
    text: str
    level: Literal["fine", "note", "warn"] = "fine"


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its heading with the unit, and whether it holds numbers."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the page prints it: every cell is text already; `note` tells what only the CSV has.

    `total` is the last row, empty if nothing is added up.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """A further table of a section, which a reader can open: its title and its rows."""

    title: str
    table: Table


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a section has that no view answers: the rows of its CSV, and the SQL behind it."""

    rows: Sequence[Row]
    sql: str


@dataclass(frozen=True, slots=True)
class Section:
    """One view on the page: the finding, how to read it, its charts, its table; its SQL is found by `view`.

    `empty` is the reason if there is nothing to draw; there are no charts then. `adds_up` is what its rows come to,
    beside the whole they must come to. `group` is the heading under which the contents list names it. `facts` stand
    between charts and table, which is open then, `details` below it. `reckoned` has CSV and SQL if no view has them.
    """

    view: str
    title: str
    finding: str
    how_to_read: str
    table: Table
    charts: tuple[Chart, ...] = ()
    empty: str = ""
    adds_up: tuple[Sum, ...] = ()
    group: str = ""
    facts: tuple[Fact, ...] = ()
    details: tuple[Detail, ...] = ()
    reckoned: Reckoned | None = None


@dataclass(frozen=True, slots=True)
class BudgetBar:
    """The company's budget at the top of the page, `used` and `expected` in words; shares are drawn as a bar.

    `used_share` is None if nothing has a known price.
    """

    name: str
    used: str
    expected: str
    used_share: float | None
    passed_share: float
    state: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Headline:
    """The top of the page; `spark` is the spend of each bucket of the period, oldest first, None if it is not known.

    `total_usd` is the total in US dollars, '' if `total` is. `coverage` is what of the period is not recorded, '' if
    all is. `cost_note` is what the costs rest on, `budget` the company's if it has one.
    """

    title: str
    period: str
    data_until: str
    total: str
    total_usd: str
    change: str
    direction: Literal["up", "down", "level", "unknown"]
    unknown_part: str
    coverage: str
    requests: str
    tokens: str
    cost_note: str
    spark: tuple[float | None, ...]
    budget: BudgetBar | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: printed by templates, written to report.json.

    `sections` are the views on the page from top to bottom. `views` holds the rows of all views as they are handed on
    in CSV and JSON, `sql` their text, `as_of` the newest request (None if nothing is recorded), `currency` what its
    money is in, `ahead` the forecast of the month in which it ends, `locale` the one by which numbers and dates are
    written, `budgets` how they stand, `bills` how they compare with the estimate. Changes are relative, from the old
    side of the comparison to the new one; None if there is nothing to compare with.
    """

    headline: Headline
    answers: tuple[Answer, ...]
    sections: tuple[Section, ...]
    confidence: tuple[Fact, ...]
    period: Period
    totals: Totals
    cost_change: float | None
    requests_change: float | None
    views: Mapping[str, Sequence[Row]]
    sql: Mapping[str, str]
    as_of: datetime | None
    coverage: Coverage
    currency: Currency
    ahead: MonthAhead | None
    locale: str
    budgets: tuple[Standing, ...] = ()
    bills: Bills | None = None
