"""Check every budget in its period under way, the bounds asked for, and verdicts with limits of the company's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from finops_report.analysis.budgets import Standing, gravest
from finops_report.analysis.rules.budgets import State
from finops_report.analysis.rules.company import CompanyRules
from finops_report.analysis.totals import Facts
from finops_report.analysis.verdict import Verdict
from finops_report.answers.order import answers
from finops_report.sections.budgets import breach, missing, scope, used_of
from finops_report.warehouse.views import Cell
from finops_report.wording import formats
from finops_report.wording.bounds import settled

Level = Literal["ok", "unknown", "watch", "breach"]
OF_STATE: Mapping[State, Level] = {"within": "ok", "not known": "unknown", "at risk": "watch", "breached": "breach"}
OF_VERDICT: Mapping[Verdict, Level] = {
    "good": "ok",
    "watch": "watch",
    "bad": "breach",
    "not enough data": "unknown",
    "not judged": "ok",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: its kind and name, how it stands, a sentence, and the figures behind it."""

    kind: Literal["budget", "bound", "verdict"]
    name: str
    level: Level
    text: str
    figures: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest shares of requests without a known price, and of requests that failed; None: not checked."""

    unpriced_share: float | None = None
    failed_share: float | None = None


def checks(facts: Facts, bounds: Bounds, rules: CompanyRules, limited: frozenset[str]) -> tuple[Check, ...]:
    """Return all checks, budgets first; `limited` are the questions whose verdicts are checked, too."""
    return (
        *(_of_budget(facts, one) for one in gravest(facts.budgets)),
        *_of_bounds(facts, bounds),
        *(_of_verdicts(facts, rules, limited) if limited else ()),
    )


def fails(found: tuple[Check, ...], on: Literal["watch", "breach"]) -> bool:
    """Return whether anything is breached; on 'watch' also whether anything is at risk or not known."""
    return any(one.level == "breach" or (on == "watch" and one.level in ("watch", "unknown")) for one in found)


def _of_budget(facts: Facts, one: Standing) -> Check:
    use = one.use
    figures = {"state": one.state, "unknown": one.unknown} | asdict(use)
    return Check("budget", use.budget, OF_STATE[one.state], ", ".join(filter(None, _parts(facts, one))), figures)


def _parts(facts: Facts, one: Standing) -> Iterator[str]:
    use = one.use
    yield f"{one.state}: {one.unknown}" if one.unknown else one.state
    share = "" if use.used_share is None else f" ({formats.percent(use.used_share, (1.0,))})"
    yield f"{used_of(facts, one)}{share} used for {scope(one)}"
    yield f"{formats.percent(use.passed_share)} of {formats.span(use.first_day, use.last_day)} passed"
    if one.expected is not None:
        yield f"forecast {facts.money(one.expected.usd)}"
    when = breach(one)
    yield when and f"breach {when}"
    if use.passed_threshold is not None and use.passed_threshold != 1:
        yield f"threshold of {formats.exact_percent(use.passed_threshold)} reached"
    yield missing(one)
    yield use.owner and f"owner {use.owner}"


def _of_bounds(facts: Facts, bounds: Bounds) -> Iterator[Check]:
    for name, what, part, most in (
        ("unpriced", "without a known price", facts.unpriced_requests, bounds.unpriced_share),
        ("failed", "failed", facts.failed_requests, bounds.failed_share),
    ):
        if most is not None:
            yield _of_bound(facts, name, what, part, most)


def _of_bound(facts: Facts, name: str, what: str, part: int, most: float) -> Check:
    if not facts.requests:
        return Check("bound", name, "unknown", "nothing is recorded")
    share = part / facts.requests
    period = formats.span(facts.period.start, facts.period.known_end)
    return Check(
        "bound",
        name,
        "breach" if settled(share) > settled(most) else "ok",
        f"{formats.percent(share, (most,))} of requests in {period} {what}, bound {formats.exact_percent(most)}",
        {"share": share, "bound": most},
    )


def _of_verdicts(facts: Facts, rules: CompanyRules, limited: frozenset[str]) -> Iterator[Check]:
    for answer in answers(facts, rules.rules, rules.off):
        if answer.key in limited:
            yield Check("verdict", answer.topic, OF_VERDICT[answer.verdict], answer.answer, {"verdict": answer.verdict})
