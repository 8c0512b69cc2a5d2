"""Tell what a mail says from what another one said about the same days: every figure of it, as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from finops_report.document import Bar, Digest
from finops_report.wording.conventions import written_as

TOTAL, REQUESTS = "Total", "Requests"
MOST_CHANGES = 12
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs from the earlier mail's: its label, what it was, and what it is now."""

    label: str
    was: str
    now: str


def figures_of(digest: Digest) -> dict[str, str]:
    """Return each figure that a mail says by its label, in the order of the mail: amounts, counts, verdicts, texts."""
    with written_as(digest.conventions):
        note = digest.currency.note
    figures = {
        TOTAL: digest.total,
        REQUESTS: digest.requests,
        "Tokens": digest.tokens,
        "Change": digest.change,
        "Of unknown price": digest.unknown_part,
        "Coverage": digest.coverage,
        "Currency": note,
        "Costs": digest.cost_note,
    }
    if digest.forecast:
        figures["Forecast"] = digest.forecast
    for budget in digest.budgets:
        figures[f"Budget {budget.name}"] = ", ".join(filter(None, (budget.state, budget.used, budget.so_far)))
    for answer in digest.answers:
        figures[f"Verdict: {answer.question}"] = answer.verdict
    figures |= _amounts("Provider", digest.providers) | _amounts("Model", digest.models)
    figures |= _amounts("Team", digest.teams) | _months(digest)
    for answer in digest.answers:
        figures[answer.question] = answer.answer
    return figures


def fingerprint(figures: Mapping[str, str]) -> str:
    """Return 32 hexadecimal digits that differ if any figure does."""
    return hashlib.sha256(json.dumps(dict(figures), sort_keys=True).encode()).hexdigest()[:32]


def changes(was: Mapping[str, str], now: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the figures that differ, those that matter most first, and at most twelve of them."""
    labels = [*now, *(label for label in was if label not in now)]
    found = [
        Change(label, was.get(label) or NOTHING, now.get(label) or NOTHING)
        for label in labels
        if was.get(label, "") != now.get(label, "")
    ]
    return tuple(found[:MOST_CHANGES])


def _amounts(kind: str, bars: tuple[Bar, ...]) -> dict[str, str]:
    return {f"{kind} {bar.name}": f"{bar.money} ({bar.change})" if bar.change else bar.money for bar in bars}


def _months(digest: Digest) -> dict[str, str]:
    """Return the months of the mail; the label has no days, for those of a month that runs change with each mail."""
    shown = zip(reversed(digest.months), digest.trend, strict=False)
    return {f"Month {month.name}": ", ".join(filter(None, (bar.money, bar.change))) for month, bar in shown}
