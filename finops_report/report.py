"""Turn the answered views into the one frozen Report that page, mail and JSON print."""

from __future__ import annotations

import difflib
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from finops_report.analysis.integrity import check_sums
from finops_report.analysis.totals import Facts, facts
from finops_report.answers.order import answers as five_answers
from finops_report.calendar.stretches import new_stretch, old_stretch
from finops_report.errors import OutputError
from finops_report.model import (
    Answer,
    Column,
    Fact,
    Headline,
    Report,
    Section,
    Table,
    Verdict,
)
from finops_report.sections.confidence import confidence
from finops_report.sections.core import core_sections
from finops_report.sections.more import more_sections
from finops_report.warehouse import Answers
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS, Currency

__all__ = [
    "Answer",
    "Column",
    "Fact",
    "Headline",
    "Report",
    "Section",
    "Table",
    "Verdict",
    "only",
    "report",
]


def report(answers: Answers, title: str, currency: Currency = US_DOLLARS) -> Report:
    """Make every comparison and every sentence of the report; nothing after this computes.

    Raises DatabaseError where parts do not add up to their whole.
    """
    check_sums(answers.views)
    found = facts(answers, currency)
    return Report(
        headline=_headline(found, title),
        answers=five_answers(found),
        core=core_sections(found),
        more=more_sections(found),
        confidence=confidence(answers, found),
        period=_period(found),
        totals=_totals(found),
        views=answers.views,
        sql=answers.sql,
        as_of=found.as_of,
        currency=currency,
    )


def only(whole: Report, views: tuple[str, ...]) -> Report:
    """Return the report with the sections of `views` alone; raises OutputError for a view that has no section."""
    known = [section.view for section in whole.sections]
    for view in views:
        if view not in known:
            near = difflib.get_close_matches(view, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"sections: {', '.join(known)}"
            raise OutputError(f"The page has no section: {view}", hint)
    core = tuple(section for section in whole.core if section.view in views)
    more = tuple(section for section in whole.more if section.view in views)
    return replace(whole, core=core, more=more)


def _headline(found: Facts, title: str) -> Headline:
    period = found.period
    return Headline(
        title=title,
        period=" · ".join(
            filter(None, (f"{formats.span(period.start, period.end)} ({period.timezone})", period.fiscal))
        ),
        data_until="no data" if found.as_of is None else f"{formats.moment(found.as_of)} UTC",
        total=found.money(found.cost_usd),
        change=_change(found),
        direction=_direction(found),
        unknown_part=_unknown(found),
        requests=formats.count(found.requests),
        tokens=formats.tokens(found.input_tokens + found.output_tokens),
        spark=_spark(found),
    )


def _spark(found: Facts) -> tuple[float, ...]:
    sums: dict[Any, Decimal] = {}
    for row in found.views["spend_over_time"]:
        sums[row["bucket"]] = sums.get(row["bucket"], Decimal(0)) + row["cost_usd"]
    return tuple(found.currency.amount(sums[bucket]) for bucket in sorted(sums))


def _change(found: Facts) -> str:
    if found.cost_change is None:
        return "nothing earlier to compare with"
    return f"{formats.change(found.cost_change)} in {new_stretch(found.period)} against {old_stretch(found.period)}"


def _direction(found: Facts) -> Literal["up", "down", "level", "unknown"]:
    if found.cost_change is None:
        return "unknown"
    return "level" if abs(found.cost_change) < 0.005 else "up" if found.cost_change > 0 else "down"


def _unknown(found: Facts) -> str:
    if not found.requests:
        return "no requests recorded"
    if not found.unpriced_requests:
        return "every request has a known price"
    return (
        f"plus {formats.plural(found.unpriced_requests, 'request')} "
        f"({formats.percent(found.unpriced_share)}) without a known price"
    )


def _period(found: Facts) -> dict[str, Any]:
    period = found.period
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "timezone": period.timezone,
        "days": period.days,
        "bucket": period.bucket_unit,
        "fiscal": period.fiscal,
        "data_until": None if found.as_of is None else found.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "comparison": {
            "basis": period.basis,
            "old_start": period.old_start.isoformat(),
            "new_start": period.new_start.isoformat(),
        },
    }


def _totals(found: Facts) -> dict[str, Any]:
    return {
        "requests": found.requests,
        "cost_usd": found.cost_usd,
        "unpriced_requests": found.unpriced_requests,
        "unpriced_tokens": found.unpriced_tokens,
        "failed_requests": found.failed_requests,
        "input_tokens": found.input_tokens,
        "output_tokens": found.output_tokens,
        "providers": found.providers,
        "models": found.models,
        "cost_change": found.cost_change,
        "requests_change": found.volume_change,
    }
