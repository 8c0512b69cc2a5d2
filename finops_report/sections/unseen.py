"""Say of failures what cannot be seen."""

from __future__ import annotations

from finops_report.analysis.attempts import attempts_are_missing
from finops_report.analysis.totals import Facts
from finops_report.wording import formats

ATTEMPTS_NOT_RECORDED = "Attempts are not recorded, so failures at providers cannot be seen."
SOME_NOT_RECORDED = "Not all attempts are recorded, so not all failures at providers can be seen."


def unseen(facts: Facts) -> str:
    """Return why there may be failures that nobody recorded; empty if there are none."""
    if not facts.has_attempts:
        return ATTEMPTS_NOT_RECORDED
    return SOME_NOT_RECORDED if attempts_are_missing(facts) else ""


def at_unknown_cost(attempts: int) -> str:
    """Return what is to follow an amount that lacks the cost of so many failed attempts; empty if it lacks none."""
    return f"; what {formats.plural(attempts, 'failed attempt')} cost is unknown" if attempts else ""
