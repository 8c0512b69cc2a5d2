"""Write report.json and read it back, for those who say the same figures shorter: mail, archive, summary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from finops_report.analysis.grades import GRAVITY
from finops_report.errors import OutputError
from finops_report.model import Report, Row
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS, Currency

SCHEMA = 1
TOP = 6
HINT = "build the report first: finops-report build"


def report_json(report: Report) -> str:
    """Return report.json: every figure of the page, in the shape of its schema number."""
    document = {
        "schema": SCHEMA,
        "title": report.headline.title,
        "headline": {
            "period": report.headline.period,
            "data_until": report.headline.data_until,
            "total": report.headline.total,
            "change": report.headline.change,
            "unknown_part": report.headline.unknown_part,
            "requests": report.headline.requests,
            "tokens": report.headline.tokens,
        },
        "period": report.period,
        "currency": {
            "code": report.currency.code,
            "rate": str(report.currency.rate),
            "source": report.currency.source,
        },
        "totals": report.totals,
        "answers": [
            {
                "key": answer.key,
                "topic": answer.topic,
                "question": answer.question,
                "answer": answer.answer,
                "brief": answer.brief,
                "verdict": answer.verdict,
                "rule": answer.rule,
                "evidence": list(answer.evidence),
            }
            for answer in report.answers
        ],
        "views": report.views,
        "confidence": {fact.label: fact.text for fact in report.confidence},
    }
    return json.dumps(document, default=_plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def rows_json(rows: Sequence[Row]) -> str:
    """Return rows as a JSON array of objects, one a line."""
    lines = [json.dumps(dict(row), default=_plain, ensure_ascii=False, allow_nan=False) for row in rows]
    return "[" + ",\n ".join(lines) + "]\n"


def _plain(value: Any) -> Any:
    """JSON for what SQL returns: money as a number (float has 15 digits, enough for cents), times as ISO 8601."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Said:
    """One of the five answers."""

    question: str
    answer: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a division of spend: its name, money and share in words, and its length in percent of the longest."""

    name: str
    money: str
    share: str
    length_percent: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What a mail or an index says of one report.

    `start` and `end` are its first and last day, `cost_usd` its total in USD, which `currency` says.
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
    currency: Currency
    requests: str
    tokens: str
    answers: tuple[Said, ...]
    providers: tuple[Bar, ...]
    models: tuple[Bar, ...]

    @property
    def key(self) -> str:
        """What names the report among others: its days and time zone, safe in a path."""
        zone = "" if self.timezone == "UTC" else "_" + self.timezone.replace("/", "-")
        return f"{self.start}_{self.end}{zone}"

    @property
    def verdict(self) -> str:
        """The gravest of all verdicts."""
        found = {answer.verdict for answer in self.answers}
        return next((verdict for verdict in reversed(GRAVITY) if verdict in found), "not enough data")


def read_digest(path: Path) -> Digest:
    """Read report.json. Raises OutputError when it is not there, or not one of ours."""
    try:
        content = path.read_bytes()
    except OSError as err:
        raise OutputError(f"No report.json: {path}", HINT) from err
    return digest_of(content, str(path))


def digest_of(content: bytes, path: str) -> Digest:
    """Read the bytes of a report.json; `path` is what complaints call it. Raises OutputError as `read_digest`."""
    try:
        document = json.loads(content)
    except ValueError as err:
        raise OutputError(f"Not a report.json: {path}: {err}", HINT) from err
    try:
        return _digest(document)
    except (KeyError, TypeError, ValueError, InvalidOperation) as err:
        raise OutputError(f"Not a report.json of this version: {path}: {err!r} is missing or wrong", HINT) from err


def _digest(document: dict[str, Any]) -> Digest:
    if document["schema"] != 1:
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
        currency=money,
        requests=head["requests"],
        tokens=head["tokens"],
        answers=tuple(Said(a["question"], a["answer"], a["verdict"]) for a in document["answers"]),
        providers=_bars(document["views"]["spend_by_provider"], "provider", money),
        models=_bars(document["views"]["spend_by_model"], "model", money),
    )


def _currency(told: dict[str, str] | None) -> Currency:
    """Read the currency; reports from before there was a choice are in US dollars."""
    if told is None:
        return US_DOLLARS
    return Currency(told["code"], Decimal(told["rate"]), told["source"])


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
    return Bar(f"{len(rows)} others", money.money(cost), formats.percent(share), min(100, round(100 * cost / longest)))
