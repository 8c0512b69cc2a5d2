"""Write what was billed beside what was estimated into report.json, and read the sentence on it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from finops_report.analysis.amounts import with_both_amounts
from finops_report.analysis.billed_kinds import billed_kinds
from finops_report.analysis.reconciliation import Outcome, ProviderOutcome, rows_of_lines
from finops_report.document.values import text
from finops_report.model import Report
from finops_report.sections.reconciliation import VIEW
from finops_report.warehouse import Row
from finops_report.warehouse.views import Cell
from finops_report.wording.currency import Currency


def reconciliation(report: Report) -> dict[str, Any] | None:
    """Return the bills of a report, as its schema has them; None if the source has none."""
    if report.bills is None:
        return None
    done = report.bills.compared
    return {
        "first_billed_day": report.bills.first_day,
        "last_billed_day": report.bills.last_day,
        "finding": next(section.finding for section in report.sections if section.view == VIEW),
        "compared": None if done is None else _compared(done, report.currency),
    }


def finding(found: Mapping[str, Any] | None) -> str:
    """Return the sentence on the bills of a report.json; '' if nothing was compared, or it is older than they are."""
    return "" if found is None or not (found["compared"] or {}).get("providers") else text(found["finding"])


def _compared(done: Outcome, currency: Currency) -> dict[str, Any]:
    period = done.found.period
    return {
        "start": period.start,
        "end": period.end,
        "most_rest_share": done.most_rest,
        "whole": with_both_amounts([_outcome(done.whole)], currency)[0],
        "providers": with_both_amounts([_named(one) for one in done.providers], currency),
        "token_classes": with_both_amounts([asdict(one) for one in billed_kinds(done.found.classes)], currency),
        "lines": with_both_amounts(rows_of_lines(done), currency),
        "to_explain": with_both_amounts(_to_explain(done), currency),
        "gaps": [asdict(gap) for gap in done.found.gaps],
        "unusable_lines": done.found.unusable_lines,
        "lines_outside": done.found.lines_outside,
    }


def _named(one: ProviderOutcome) -> dict[str, Cell]:
    return {"provider": one.provider, **_outcome(one)}


def _outcome(one: ProviderOutcome) -> dict[str, Cell]:
    return {
        "billed_usd": one.billed_usd,
        "estimated_usd": one.estimated_usd,
        "variance_usd": one.variance_usd,
        **one.causes,
        "captured_share": one.captured,
        "rest_share": one.rest_share,
    }


def _to_explain(done: Outcome) -> Sequence[Row]:
    return [
        {"day": one.day, "provider": one.provider, "model": one.model, "rest_usd": one.rest_usd}
        for one in done.to_explain
    ]
