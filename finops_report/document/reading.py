"""Read report.json back, for those who print the same figures shorter: mail, archive, summary."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from finops_report.analysis.grades import GRAVITY
from finops_report.analysis.verdict import Verdict
from finops_report.document.months import MonthSpend, month_spends
from finops_report.errors import OutputError
from finops_report.wording import formats
from finops_report.wording.conventions import ENGLISH, Conventions, written_as
from finops_report.wording.currency import US_DOLLARS, Currency
from finops_report.wording.locales import conventions_of
from finops_report.wording.plain import one_line
from finops_report.wording.providers import provider_names

SCHEMA = 1  # raised if a figure goes or changes its meaning; additions leave it
TOP = 6
HINT = "build the report first: finops-report build"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One of the five answers."""

    question: str
    answer: str
    verdict: str


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One of the budgets: its name, and how it stands in its period under way: 'within', 'at risk' and so on."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of spend: its name, its amount and share as text, and its length in percent of the longest."""

    name: str
    money: str
    share: str
    length_percent: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What a mail or an index prints of one report.

    `start` and `end` are its first and last day, `cost_usd` its total in USD, `currency` the one its texts are in,
    `last_moment` that of the last request (None if there is none), `fiscal` its place in a fiscal year ('' in none),
    `conventions` those that its numbers and dates are written by, `months` those behind it, oldest first.
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

    @property
    def key(self) -> str:
        """The name of the report among others: its days and time zone, safe in a path."""
        zone = "" if self.timezone == "UTC" else "_" + self.timezone.replace("/", "-")
        return f"{self.start}_{self.end}{zone}"

    @property
    def verdict(self) -> str:
        """The gravest of all verdicts."""
        found = {answer.verdict for answer in self.answers}
        return next((verdict for verdict in reversed(GRAVITY) if verdict in found), "not enough data")


def read_digest(path: Path) -> Digest:
    """Read report.json. Raises OutputError if it is not there, or no report.json of this version."""
    try:
        content = path.read_bytes()
    except OSError as err:
        raise OutputError(f"No report.json: {path}", HINT) from err
    return digest_of(content, str(path))


def digest_of(content: bytes, path: str) -> Digest:
    """Read the bytes of a report.json, which errors call `path`. Raises OutputError as `read_digest` does."""
    try:
        document = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as err:
        raise OutputError(f"Not a report.json: {path}: {err}", HINT) from err
    try:
        conventions = conventions_of(_text(document.get("locale", "en")))  # reports from before there was a choice
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
    head, period = document["headline"], document["period"]
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    if start > end:
        raise ValueError(f"{start} to {end}")
    money = _currency(document.get("currency"))
    return Digest(
        title=_text(document["title"]),
        period=_text(head["period"]),
        start=start,
        end=end,
        timezone=_timezone(period["timezone"]),
        data_until=_text(head["data_until"]),
        total=_text(head["total"]),
        cost_usd=_number(document["totals"]["cost_usd"]),
        change=_text(head["change"]),
        unknown_part=_text(head["unknown_part"]),
        coverage=_text(head.get("coverage", "")),  # reports from before it was worked out have none
        currency=money,
        requests=_text(head["requests"]),
        tokens=_text(head["tokens"]),
        cost_note=_text(head.get("cost_note", "")),  # reports from before it was worked out have none
        answers=tuple(
            AnswerLine(_text(a["question"]), _text(a["answer"]), _verdict(a["verdict"])) for a in document["answers"]
        ),
        providers=_bars(_by_known_names(_parts(document["views"]["spend_by_provider"], "provider")), money),
        models=_bars(_parts(document["views"]["spend_by_model"], "model"), money),
        last_moment=_moment(period.get("data_until")),
        fiscal=_text(period.get("fiscal", "")),
        budgets=tuple(
            BudgetLine(_text(one["budget"]), _text(one["state"])) for one in document.get("budgets", ())
        ),  # reports from before there were budgets have none
        conventions=conventions,
        months=month_spends(document["views"].get("months", ())),  # older reports have none
    )


def _moment(value: object) -> datetime | None:
    """Return a moment with its offset from UTC; None if there is none."""
    if value is None:
        return None
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r:.40} has no offset")
    return moment


def _text(value: object) -> str:
    """Return a text on one line: a name in it must not make lines of its own in a mail, nor break a feed."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return one_line(value)


def _number(value: object) -> float:
    """Return a number that is finite."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r:.40} is no number")
    return float(value)


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
    return Currency(_text(found["code"]), rate, _text(found["source"]))


@dataclass(frozen=True, slots=True)
class _Part:
    """One row of spend by provider or model: what a bar is made of."""

    name: str
    cost_usd: float | None
    share: float | None


def _parts(rows: list[dict[str, Any]], key: str) -> list[_Part]:
    return [
        _Part(
            _text(row[key]),
            None if row["cost_usd"] is None else _number(row["cost_usd"]),
            None if row["share"] is None else _number(row["share"]),
        )
        for row in rows
    ]


def _by_known_names(parts: list[_Part]) -> list[_Part]:
    """Return the parts with each provider as readers know it."""
    names = provider_names(part.name for part in parts)
    return [replace(part, name=names[part.name]) for part in parts]


def _bars(parts: list[_Part], money: Currency) -> tuple[Bar, ...]:
    shown = parts[:TOP]
    longest = max((part.cost_usd or 0 for part in shown), default=0) or 1
    bars = [
        Bar(
            formats.shortened(part.name, 40),
            money.money(part.cost_usd),
            "" if part.share is None else formats.percent(part.share),
            round(100 * (part.cost_usd or 0) / longest),
        )
        for part in shown
    ]
    return (*bars, _rest(parts[TOP:], longest, money)) if len(parts) > TOP else tuple(bars)


def _rest(parts: list[_Part], longest: float, money: Currency) -> Bar:
    cost = sum(part.cost_usd or 0 for part in parts)
    share = sum(part.share or 0 for part in parts)
    return Bar(
        f"{formats.count(len(parts))} others",
        money.money(cost),
        formats.percent(share),
        min(100, round(100 * cost / longest)),
    )
