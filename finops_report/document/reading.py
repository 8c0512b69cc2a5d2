"""Read report.json back, for those who print the same figures shorter: mail, archive, summary."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from finops_report.analysis.grades import GRAVITY
from finops_report.errors import OutputError
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS, Currency
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
class Bar:
    """One part of spend: its name, its amount and share as text, and its length in percent of the longest."""

    name: str
    money: str
    share: str
    length_percent: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What a mail or an index prints of one report.

    `start` and `end` are its first and last day, `cost_usd` its total in USD, `currency` the one its texts are in.
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
        document = json.loads(content)
    except ValueError as err:
        raise OutputError(f"Not a report.json: {path}: {err}", HINT) from err
    try:
        return _digest(document)
    except (KeyError, TypeError, ValueError, InvalidOperation) as err:
        raise OutputError(f"Not a report.json of this version: {path}: {err!r} is missing or wrong", HINT) from err


def _digest(document: dict[str, Any]) -> Digest:
    if document["schema"] != SCHEMA:
        raise ValueError(f"schema {document['schema']}")
    head, period = document["headline"], document["period"]
    money = _currency(document.get("currency"))
    return Digest(
        title=str(document["title"]),
        period=head["period"],
        start=date.fromisoformat(period["start"]),
        end=date.fromisoformat(period["end"]),
        timezone=period["timezone"],
        data_until=head["data_until"],
        total=head["total"],
        cost_usd=float(document["totals"]["cost_usd"]),
        change=head["change"],
        unknown_part=head["unknown_part"],
        coverage=head.get("coverage", ""),  # reports from before it was worked out have none
        currency=money,
        requests=head["requests"],
        tokens=head["tokens"],
        cost_note=head.get("cost_note", ""),  # reports from before it was worked out have none
        answers=tuple(AnswerLine(a["question"], a["answer"], a["verdict"]) for a in document["answers"]),
        providers=_bars(_by_known_names(document["views"]["spend_by_provider"]), "provider", money),
        models=_bars(document["views"]["spend_by_model"], "model", money),
    )


def _currency(found: dict[str, str] | None) -> Currency:
    """Read the currency; reports from before there was a choice are in US dollars."""
    if found is None:
        return US_DOLLARS
    return Currency(found["code"], Decimal(found["rate"]), found["source"])


def _by_known_names(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with each provider as readers know it."""
    names = provider_names(row["provider"] for row in rows)
    return [row | {"provider": names[row["provider"]]} for row in rows]


def _bars(rows: list[dict[str, Any]], key: str, money: Currency) -> tuple[Bar, ...]:
    shown = rows[:TOP]
    longest = max((row["cost_usd"] or 0 for row in shown), default=0) or 1
    bars = [
        Bar(
            formats.shortened(row[key], 40),
            money.money(row["cost_usd"]),
            "" if row["share"] is None else formats.percent(row["share"]),
            round(100 * (row["cost_usd"] or 0) / longest),
        )
        for row in shown
    ]
    return (*bars, _rest(rows[TOP:], longest, money)) if len(rows) > TOP else tuple(bars)


def _rest(rows: list[dict[str, Any]], longest: float, money: Currency) -> Bar:
    cost = sum(row["cost_usd"] or 0 for row in rows)
    share = sum(row["share"] or 0 for row in rows)
    return Bar(
        f"{formats.count(len(rows))} others",
        money.money(cost),
        formats.percent(share),
        min(100, round(100 * cost / longest)),
    )
