"""Write report.json: every figure of the page, and the rows of every view."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from finops_report.analysis.amounts import with_both_amounts
from finops_report.analysis.budgets import Standing
from finops_report.analysis.forecast import Forecast, NotEnoughData
from finops_report.analysis.month_ahead import PartAhead
from finops_report.calendar.coverage import Coverage
from finops_report.document.reading import SCHEMA
from finops_report.document.reconciliation import reconciliation
from finops_report.model import Answer, Headline, Report
from finops_report.warehouse import Row
from finops_report.warehouse.views import Cell
from finops_report.wording.currency import Currency


def report_json(report: Report) -> str:
    """Return report.json in the shape of its schema number."""
    document = {
        "schema": SCHEMA,
        "title": report.headline.title,
        "headline": _headline(report.headline),
        "period": _period(report),
        "currency": _currency(report.currency),
        "locale": report.locale,
        "totals": with_both_amounts([_totals(report)], report.currency)[0],
        "coverage": _coverage(report.coverage),
        "answers": [_answer(answer) for answer in report.answers],
        "budgets": [_budget(one) for one in report.budgets],
        "views": {name: with_both_amounts(rows, report.currency) for name, rows in report.views.items()},
        "forecast": _forecast(report),
        "reconciliation": reconciliation(report),
        "confidence": {fact.label: fact.text for fact in report.confidence},
    }
    return json.dumps(document, default=_plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def rows_json(rows: Sequence[Row]) -> str:
    """Return rows as a JSON array of objects, one a line."""
    lines = [json.dumps(dict(row), default=_plain, ensure_ascii=False, allow_nan=False) for row in rows]
    return "[" + ",\n ".join(lines) + "]\n"


def _headline(headline: Headline) -> dict[str, Any]:
    return {
        "period": headline.period,
        "data_until": headline.data_until,
        "total": headline.total,
        "change": headline.change,
        "unknown_part": headline.unknown_part,
        "coverage": headline.coverage,
        "requests": headline.requests,
        "tokens": headline.tokens,
        "cost_note": headline.cost_note,
    }


def _period(report: Report) -> dict[str, Any]:
    period = report.period
    return {
        "start": period.start,
        "end": period.end,
        "timezone": period.timezone,
        "days": period.days,
        "bucket": period.bucket_unit,
        "fiscal": period.fiscal,
        "data_until": None if report.as_of is None else report.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "comparison": {
            "basis": period.basis,
            "old_start": period.old_start,
            "old_end": None if period.basis == "none" else period.old_end,
            "new_start": period.new_start,
            "new_end": period.new_end,
        },
    }


def _coverage(covered: Coverage) -> dict[str, Any]:
    return {
        "days": covered.days,
        "days_with_data": covered.days_with_data,
        "hours": covered.hours,
        "recorded_hours": covered.recorded_hours,
        "hours_with_data": covered.hours_with_data,
        "missing_hours": covered.missing_hours,
        "missing_share": covered.missing_share,
    }


def _currency(currency: Currency) -> dict[str, Any]:
    return {"code": currency.code, "rate": str(currency.rate), "source": currency.source}


def _forecast(report: Report) -> dict[str, Any] | None:
    """Return the forecast of the month in which the report ends; None if there is none."""
    ahead = report.ahead
    if ahead is None:
        return None
    return {
        "start": ahead.start,
        "end": ahead.end,
        "until": ahead.until,
        "under_way": ahead.under_way,
        "parts": with_both_amounts([_part(part) for part in ahead.parts], report.currency),
    }


def _part(part: PartAhead) -> Row:
    """Return one part of the forecast; a month that is over has the one made in its middle, and how far it was off."""
    fared = part.hindcast
    made = part.forecast if fared is None else fared.forecast
    row: dict[str, Cell] = {
        "divided_by": part.divided_by,
        "name": part.name,
        "spent_usd": part.spent_usd[-1],
        "unpriced_requests": part.unpriced_requests,
    }
    if isinstance(made, Forecast):
        row |= {
            "expected_usd": made.expected_usd,
            "low_usd": made.low_usd,
            "high_usd": made.high_usd,
            "missing_days": made.missing_steps,
            "missing_usd": made.missing_usd,
            "past_error": made.past_error,
            "past_forecasts": made.origins,
            "past_ranges": made.judged,
            "past_inside": made.inside,
        }
    if isinstance(made, NotEnoughData):
        row |= {"known_days": made.known_steps, "needed_days": made.needed_steps}
    if fared is not None:
        row |= {"made_after_days": fared.made_after, "error": fared.error}
    return row


def _totals(report: Report) -> dict[str, Any]:
    totals = report.totals
    return {
        "requests": totals.requests,
        "cost_usd": totals.cost_usd,
        "unpriced_requests": totals.unpriced_requests,
        "unpriced_tokens": totals.unpriced_tokens,
        "failed_requests": totals.failed_requests,
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "providers": totals.providers,
        "models": totals.models,
        "cost_change": report.cost_change,
        "requests_change": report.requests_change,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "key": answer.key,
        "topic": answer.topic,
        "question": answer.question,
        "answer": answer.answer,
        "brief": answer.brief,
        "verdict": answer.verdict,
        "rule": answer.rule,
        "evidence": list(answer.evidence),
    }


def _budget(one: Standing) -> dict[str, Any]:
    """Return how a budget stands; its figures are a row of the view `budgets`."""
    return {
        "budget": one.use.budget,
        "state": one.state,
        "verdict": one.verdict,
        "unknown": one.unknown,
        "at_pace_usd": one.use.at_pace_usd if one.pace_counts else None,
        "expected_usd": None if one.expected is None else one.expected.usd,
        "low_usd": None if one.expected is None else one.expected.low_usd,
        "high_usd": None if one.expected is None else one.expected.high_usd,
        "kept_periods": one.before.count("within"),
        "breached_periods": one.before.count("breached"),
        "unknown_periods": one.before.count("not known"),
    }


def _plain(value: Any) -> Any:
    """Return JSON for a value of SQL: money as a number (15 digits are enough for cents), times as ISO 8601."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
