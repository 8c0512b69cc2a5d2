"""Say how far a bill is captured and explained, and list what could not be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from finops_report.analysis.reconciliation import REST, Outcome, ProviderOutcome, days_of
from finops_report.analysis.totals import Facts
from finops_report.model import Fact
from finops_report.warehouse.reconciled import Gap
from finops_report.wording import formats
from finops_report.wording.currency import Currency

LABELS = {  # what could not be compared -> what it is called
    "nothing recorded": "Billed, not recorded",
    "no bill": "Recorded, not billed",
    "no rate": "Currency without a rate",
}
MOST_GAPS = 6


def facts_of(facts: Facts, done: Outcome) -> tuple[Fact, ...]:
    """Return what is captured and explained, then the gaps; one line says so if there are none."""
    gaps = tuple(_gaps(facts, done))
    if not done.found.variances:
        return gaps
    return (
        _captured(done.whole),
        *(_explained(facts, done) if not done.to_explain else _to_explain(facts, done)),
        *(gaps or (Fact("Gaps", "none: every provider that is billed or recorded is both, on every day"),)),
    )


def _captured(whole: ProviderOutcome) -> Fact:
    if whole.captured is None:
        return Fact("Captured", "not known: nothing is billed")
    return Fact("Captured", f"{formats.percent(whole.captured)} of the bill is for requests that are recorded")


def _explained(facts: Facts, done: Outcome) -> Iterator[Fact]:
    whole, bound = done.whole, formats.exact_percent(done.most_rest)
    if not whole.rest_share or not whole.billed_usd:
        yield Fact("Explained", "all of the difference has a cause")
        return
    rest = facts.money(whole.rest_share * whole.billed_usd)
    yield Fact(
        "Explained",
        f"all but {rest}, {formats.percent(whole.rest_share)} of the bill; up to {bound} of a provider's may be left",
    )


def _to_explain(facts: Facts, done: Outcome) -> Iterator[Fact]:
    """Yield a line for each provider of whose bill too much is left, with the day and model of which most is."""
    bound = float(done.most_rest)
    for one in done.providers:
        lines = [line for line in done.to_explain if line.provider == one.provider]
        if not lines:
            continue
        unexplained_usd = sum((abs(line.rest_usd) for line in lines), Decimal(0))
        rest = facts.money(unexplained_usd)
        signs = "" if abs(one.causes[REST]) == unexplained_usd else ", whatever the signs of its days"
        share = "" if one.rest_share is None else f", {formats.percent(one.rest_share, (bound,))} of its bill"
        yield Fact(
            "To explain",
            f"{formats.shortened(one.provider)}: no cause is found of {rest}{signs}{share}; up to "
            f"{formats.exact_percent(done.most_rest)} may be left. The most: {formats.day(lines[0].day)}, "
            f"{formats.shortened(lines[0].model)} ({facts.currency.signed(lines[0].rest_usd)})",
            "warn",
        )


def _gaps(facts: Facts, done: Outcome) -> Iterator[Fact]:
    """Yield a line for each kind of gap, with its providers."""
    for kind, label in LABELS.items():
        theirs = sorted((gap for gap in done.found.gaps if gap.gap == kind), key=lambda gap: -abs(gap.amount))
        if theirs:
            yield Fact(label, _listed(facts, theirs), "warn" if kind == "no rate" else "note")
    if done.found.unusable_lines:
        lines = formats.plural(done.found.unusable_lines, "line")
        yield Fact("Not readable", f"{lines} of bills without a usable day or amount", "warn")


def _listed(facts: Facts, gaps: Sequence[Gap]) -> str:
    told = [f"{formats.shortened(gap.provider)}: {days_of(gap)}, {_amount(facts, gap)}" for gap in gaps[:MOST_GAPS]]
    more = len(gaps) - MOST_GAPS
    return "; ".join([*told, formats.plural(more, "more provider")] if more > 0 else told)


def _amount(facts: Facts, gap: Gap) -> str:
    return facts.money(gap.amount) if gap.currency == "USD" else Currency(gap.currency).stated_money(gap.amount)
