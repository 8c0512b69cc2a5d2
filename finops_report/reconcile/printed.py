"""Print what was reconciled: as text to read, CSV by day and cause, or JSON with everything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from finops_report.analysis.reconciliation import CAUSES, GAPS, Outcome, ProviderOutcome, days_of, rows_of_lines
from finops_report.page.csv import cell, csv_text
from finops_report.warehouse.reconciled import Gap, Variance
from finops_report.wording import formats

MOST_LINES = 20


def text(done: Outcome) -> str:
    """Return the outcome for people: each provider with its causes, then gaps, then what is to be explained."""
    return "".join(f"{line}\n" for line in _lines(done))


def csv_rows(done: Outcome) -> str:
    """Return a row a UTC day and target, with every cause in a column."""
    return csv_text(rows_of_lines(done), [one.name for one in fields(Variance)])


def class_rows(done: Outcome) -> str:
    """Return a row a UTC day, target and kind of tokens."""
    return csv_text([asdict(line) for line in done.found.classes], ["day"])


def as_json(done: Outcome) -> str:
    """Return everything: amounts are text, so that no digit is lost."""
    period = done.found.period
    said = {
        "since": period.start,
        "until": period.end,
        "whole": asdict(done.whole) | {"variance_usd": done.whole.variance_usd},
        "providers": [asdict(one) | {"variance_usd": one.variance_usd} for one in done.providers],
        "lines": rows_of_lines(done),
        "token_classes": [asdict(one) for one in done.found.classes],
        "gaps": [asdict(one) for one in done.found.gaps],
        "unusable_lines": done.found.unusable_lines,
        "lines_outside": done.found.lines_outside,
        "to_explain": [asdict(one) for one in done.to_explain],
    }
    return json.dumps(_plain(said), indent=1, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Outcome], str]] = {
    "text": text,
    "csv": csv_rows,
    "classes": class_rows,
    "json": as_json,
}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return cell(value) if isinstance(value, Decimal | date) else value


def _usd(amount: Decimal) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}${abs(amount):,.4f}"


def _lines(done: Outcome) -> Iterator[str]:
    period = done.found.period
    yield f"{formats.span(period.start, period.end)}, days of UTC"
    for one in done.providers:
        yield from _of_provider(one)
    for gap in done.found.gaps:
        yield f"gap: {_gap(gap)}"
    if done.found.lines_outside:
        yield f"gap: {formats.plural(done.found.lines_outside, 'line')} of bills of other days"
    if done.found.unusable_lines:
        yield f"gap: {formats.plural(done.found.unusable_lines, 'line')} of bills without a usable day or amount"
    if done.to_explain:
        yield f"to explain: {formats.plural(len(done.to_explain), 'line')}"
        for line in done.to_explain[:MOST_LINES]:
            yield (
                f"  {line.day} {line.provider}/{line.model}: rest {_usd(line.rest_usd)}, "
                f"billed {_usd(line.billed_usd)}, estimated {_usd(line.estimated_usd)}"
            )
        if (more := len(done.to_explain) - MOST_LINES) > 0:
            yield f"  and {formats.plural(more, 'more line')}"


def _of_provider(one: ProviderOutcome) -> Iterator[str]:
    captured = "unknown" if one.captured is None else f"{one.captured:.1%}"
    yield (
        f"{one.provider}: billed {_usd(one.billed_usd)}, estimated {_usd(one.estimated_usd)}, "
        f"difference {_usd(one.variance_usd)}, captured {captured}"
    )
    for column, name in CAUSES.items():
        if one.causes[column] or column == "rest_usd":
            yield f"  {name}: {_usd(one.causes[column])}"


def _gap(gap: Gap) -> str:
    amount = _usd(gap.amount) if gap.currency == "USD" else f"{gap.amount:,.4f} {gap.currency}"
    return f"{gap.provider}: {GAPS[gap.gap]}: {days_of(gap)}, {amount}"
