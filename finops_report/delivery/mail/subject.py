"""Write the subject of a mail: what matters most stands first, for lists of mails show its beginning only."""

from __future__ import annotations

from finops_report.document import BudgetLine, Digest
from finops_report.wording import formats
from finops_report.wording.conventions import written_as

LONGEST_TITLE = 60


def subject(digest: Digest, *, changed: bool) -> str:
    """Return the subject: '$84.16 · bad · 77 % of budget · +43 % · 1–26 Nov 2026 (UTC) · LLM spend report'.

    The verdict is the gravest; the budget is the company's. 'Changed: ' stands before it if it is a correction.
    """
    with written_as(digest.conventions):
        parts = (
            digest.total,
            digest.verdict,
            _of_company(digest.company_budget),
            _breached(digest),
            digest.change_in_short,
            digest.period,
            formats.shortened(digest.title, LONGEST_TITLE),
        )
    return ("Changed: " if changed else "") + " ".join(" · ".join(filter(None, parts)).split())


def _of_company(budget: BudgetLine | None) -> str:
    if budget is None:
        return ""
    if budget.state == "not known" or budget.used_share is None:
        return "budget not known"
    return f"{formats.percent(budget.used_share, (1.0,))} of budget"


def _breached(digest: Digest) -> str:
    """Return how many budgets are breached, or else at risk; '' if that is the company's alone, or none."""
    for state in ("breached", "at risk"):
        those = [one for one in digest.budgets if one.state == state]
        if any(not one.is_company for one in those):
            return f"{formats.plural(len(those), 'budget')} {state}"
    return ""
