"""Hold everything the page prints, already compared and already in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from finops_report.analysis.verdict import Verdict
from finops_report.wording.currency import Currency

__all__ = ["Answer", "Column", "Fact", "Headline", "Report", "Row", "Section", "Table", "Verdict"]

Row = Mapping[str, Any]


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
class Column:
    """A table column: its heading with the unit, and whether it holds numbers."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the page prints it: every cell is text already; `note` says what was left to the CSV.

    `total` is the last row, empty where nothing is added up.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One view on the page: the finding, how to read it, its charts by name, its table, its SQL.

    `empty` says why there is nothing to draw; charts are left out then.
    """

    view: str
    title: str
    finding: str
    how_to_read: str
    table: Table
    charts: tuple[str, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the confidence section; `level` is how much it should worry the reader."""

    label: str
    text: str
    level: Literal["fine", "note", "warn"] = "fine"


@dataclass(frozen=True, slots=True)
class Headline:
    """The top of the page; `spark` is the spend of each bucket of the period, oldest first."""

    title: str
    period: str
    data_until: str
    total: str
    change: str
    direction: Literal["up", "down", "level", "unknown"]
    unknown_part: str
    requests: str
    tokens: str
    spark: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: printed by templates, drawn by charts, written to report.json.

    `views` holds the rows behind it by view name, `sql` their text, `as_of` the newest request in
    UTC (None when nothing is recorded), `period` the JSON form of the period, `currency` what its money is said in.
    """

    headline: Headline
    answers: tuple[Answer, ...]
    core: tuple[Section, ...]
    more: tuple[Section, ...]
    confidence: tuple[Fact, ...]
    period: Mapping[str, Any]
    totals: Mapping[str, Any]
    views: Mapping[str, list[Row]]
    sql: Mapping[str, str]
    as_of: datetime | None
    currency: Currency

    @property
    def sections(self) -> tuple[Section, ...]:
        """All views on the page from top to bottom."""
        return self.core + self.more
