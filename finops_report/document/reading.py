"""Read report.json back, for those who print the same figures shorter: mail, archive, summary."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from finops_report.analysis.grades import GRAVITY
from finops_report.analysis.verdict import Verdict
from finops_report.document.bars import Bar, model_bars, month_bars, provider_bars, team_bars
from finops_report.document.budgets import BudgetLine, budget_lines
from finops_report.document.forecast import forecast_in_words
from finops_report.document.months import MonthSpend, month_spends
from finops_report.document.reconciliation import finding
from finops_report.document.values import number, text
from finops_report.errors import OutputError
from finops_report.named_files import content_of
from finops_report.wording.budgets import in_all
from finops_report.wording.conventions import ENGLISH, Conventions, written_as
from finops_report.wording.currency import US_DOLLARS, Currency
from finops_report.wording.locales import conventions_of

SCHEMA = 1  # raised if a figure goes or changes its meaning; additions leave it
HINT = "build the report first: finops-report build"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One of the five answers."""

    question: str
    answer: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What a mail or an index prints of one report.

    `start` and `end` are its first and last day, `cost_usd` its total in USD, `currency` the one its texts are in,
    `last_moment` that of the last request (None if there is none), `fiscal` its place in a fiscal year ('' in none),
    `conventions` those that its numbers and dates are written by, `budgets` stand with the gravest first. `months` are
    those behind it, oldest first, `trend` the last of them as bars, newest first. `change_in_short` is '+12 %', '' if
    nothing is compared; `forecast` is a sentence on the month that runs, '' without one;
    `budgets_in_all` is one on how many budgets stand how, '' if there are none, `billed` on how bills compare with the
    estimate, '' without any of these days.
    """

    title: str
    period: str
    start: date
    end: date
    timezone: str
    data_until: str
    total: str
    cost_usd: float
    change: str
    unknown_part: str
    coverage: str
    currency: Currency
    requests: str
    tokens: str
    cost_note: str
    answers: tuple[AnswerLine, ...]
    providers: tuple[Bar, ...]
    models: tuple[Bar, ...]
    last_moment: datetime | None = None
    fiscal: str = ""
    budgets: tuple[BudgetLine, ...] = ()
    conventions: Conventions = ENGLISH
    months: tuple[MonthSpend, ...] = ()
    change_in_short: str = ""
    teams: tuple[Bar, ...] = ()
    trend: tuple[Bar, ...] = ()
    forecast: str = ""
    budgets_in_all: str = ""
    billed: str = ""

    @property
    def key(self) -> str:
        """The name of the report among others: its days and time zone, safe in a path."""
        zone = "" if self.timezone == "UTC" else "_" + self.timezone.replace("/", "-")
        return f"{self.start}_{self.end}{zone}"

    @property
    def verdict(self) -> str:
        """The gravest of all verdicts: of the answers, and of how budgets stand."""
        found = {answer.verdict for answer in self.answers} | {budget.verdict for budget in self.budgets}
        return next((verdict for verdict in reversed(GRAVITY) if verdict in found), "not enough data")

    @property
    def company_budget(self) -> BudgetLine | None:
        """The budget of the whole company that stands worst; None if there is none."""
        return next((budget for budget in self.budgets if budget.is_company), None)


def read_digest(path: Path) -> Digest:
    """Read report.json. Raises OutputError if it is not there, or no report.json of this version."""
    try:
        content = content_of(path)
    except OSError as err:
        raise OutputError(f"No report.json: {path}", HINT) from err
    return digest_of(content, str(path))


def digest_of(content: bytes, path: str) -> Digest:
    """Read the bytes of a report.json, which errors call `path`. Raises OutputError as `read_digest` does."""
    try:
        document = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as err:
        raise OutputError(f"Not a report.json: {path}: {err}", HINT) from err
    if not isinstance(document, dict):
        raise OutputError(f"Not a report.json: {path}: it is no JSON object", HINT)
    try:
        conventions = conventions_of(text(document.get("locale", "en")))  # reports from before there was a choice
        with written_as(conventions):
            return _digest(document, conventions)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as err:
        raise OutputError(f"Not a report.json of this version: {path}: {err!r} is missing or wrong", HINT) from err


def _no_number(name: str) -> float:
    """Refuse what is no number in JSON: NaN would make every total of it none, too."""
    raise ValueError(f"{name} is no number")


def _digest(document: dict[str, Any], conventions: Conventions) -> Digest:
    if document["schema"] != SCHEMA:
        raise ValueError(f"schema {document['schema']}")
    head, period, views = document["headline"], document["period"], document["views"]
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    if start > end:
        raise ValueError(f"{start} to {end}")
    money = _currency(document.get("currency"))
    months = month_spends(views.get("months", ()))  # older reports have neither these nor budgets
    budgets = budget_lines(document.get("budgets", ()), views.get("budgets", ()), money)
    return Digest(
        title=text(document["title"]),
        period=text(head["period"]),
        start=start,
        end=end,
        timezone=_timezone(period["timezone"]),
        data_until=text(head["data_until"]),
        total=text(head["total"]),
        cost_usd=number(document["totals"]["cost_usd"]),
        change=text(head["change"]),
        unknown_part=text(head["unknown_part"]),
        coverage=text(head.get("coverage", "")),  # reports from before it was worked out have none
        currency=money,
        requests=text(head["requests"]),
        tokens=text(head["tokens"]),
        cost_note=text(head.get("cost_note", "")),  # reports from before it was worked out have none
        answers=tuple(
            AnswerLine(text(a["question"]), text(a["answer"]), _verdict(a["verdict"])) for a in document["answers"]
        ),
        providers=provider_bars(views["spend_by_provider"], money),
        models=model_bars(views["spend_by_model"], money),
        last_moment=_moment(period.get("data_until")),
        fiscal=text(period.get("fiscal", "")),
        budgets=budgets,
        conventions=conventions,
        months=months,
        change_in_short=_change_in_short(document),
        teams=team_bars(views.get("spend_by_team", ()), money, compared=_is_compared(document)),
        trend=month_bars(months, money),
        forecast=forecast_in_words(document.get("forecast"), money),
        budgets_in_all=in_all([(budget.name, budget.state) for budget in budgets]) if budgets else "",
        billed=finding(document.get("reconciliation")),
    )


def _is_compared(document: dict[str, Any]) -> bool:
    return document["totals"].get("cost_change") is not None


def _change_in_short(document: dict[str, Any]) -> str:
    """Return the change without what it is a change from, with the digits that the page has: '+12 %'."""
    return text(document["headline"]["change"]).partition(" in ")[0] if _is_compared(document) else ""


def _moment(value: object) -> datetime | None:
    """Return a moment with its offset from UTC; None if there is none."""
    if value is None:
        return None
    moment = datetime.fromisoformat(text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r:.40} has no offset")
    return moment


def _timezone(value: object) -> str:
    """Return the name of a time zone: it becomes a part of a path."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}", value):
        raise ValueError(f"{value!r:.40} is no time zone")
    return value


def _verdict(value: object) -> str:
    if value not in get_args(Verdict):
        raise ValueError(f"{value!r:.40} is no verdict")
    return str(value)


def _currency(found: dict[str, str] | None) -> Currency:
    """Read the currency; reports from before there was a choice are in US dollars."""
    if found is None:
        return US_DOLLARS
    rate = Decimal(found["rate"])
    if not rate.is_finite() or rate <= 0:
        raise ValueError(f"{found['rate']!r:.40} is no rate")
    return Currency(text(found["code"]), rate, text(found["source"]))
