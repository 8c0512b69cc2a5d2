"""Sum up what was reconciled: by provider, the causes, what is captured, and whether the rest is too large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from finops_report.analysis.amounts import DIGITS
from finops_report.calendar.period import PeriodAsk
from finops_report.errors import DatabaseError
from finops_report.warehouse import ReadRequest, Row, ViewRows
from finops_report.warehouse.reconciled import Gap, Reconciled, Reconciling, Variance, reconciled
from finops_report.wording import formats

CAUSES: Mapping[str, str] = {  # column -> what it is called, in the order in which they take their part
    "currency_usd": "currency",
    "untracked_usd": "untracked keys",
    "discount_usd": "negotiated discount",
    "tier_usd": "batch or tier",
    "unpriced_usd": "unpriced",
    "cache_usd": "cache class",
    "failed_usd": "failed tries billed",
    "boundary_usd": "day boundary and zone",
    "rest_usd": "rest",
}
REST = "rest_usd"
GAPS: Mapping[str, str] = {  # what could not be compared -> how it is said
    "no bill": "recorded, and no bill of these days",
    "nothing recorded": "billed, and nothing recorded on these days",
    "no rate": "billed in a currency without a stated rate",
}


@dataclass(frozen=True, slots=True)
class ProviderOutcome:
    """A provider's bill beside the estimate; `causes` by column add up to billed less estimated."""

    provider: str
    billed_usd: Decimal
    estimated_usd: Decimal
    causes: Mapping[str, Decimal]
    captured: Decimal | None
    rest_share: Decimal | None

    @property
    def variance_usd(self) -> Decimal:
        with localcontext(prec=DIGITS):
            return self.billed_usd - self.estimated_usd


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found: each provider, all of them together, and the lines whose rest is to be explained, largest first.

    `most_rest` is the share of a provider's bill that may stay unexplained, `whole` has no provider's name.
    """

    found: Reconciled
    providers: tuple[ProviderOutcome, ...]
    whole: ProviderOutcome
    to_explain: tuple[Variance, ...]
    most_rest: Decimal


@dataclass(frozen=True, slots=True)
class Bills:
    """The first and the last day that a source has bills of, and how those of the period compare with the estimate.

    `compared` is None if the period has none of these days.
    """

    first_day: date
    last_day: date
    compared: Outcome | None


def bills(answers: ViewRows, request: ReadRequest, by: Reconciling | None) -> Bills | None:
    """Read the bills of a report's days, which are taken as days of UTC; None if there are none, or nobody asks.

    The source is read once more for it. Raises DatabaseError as reading does, and if causes do not add up.
    """
    known, period = answers.source.billed_days, answers.period
    if by is None or known is None:
        return None
    first, last = known
    if last < period.start or first > period.end:
        return Bills(first, last, None)
    days = PeriodAsk(since=period.start, until=period.end)
    found = reconciled(replace(request, ask=days, cache=None), by)
    return Bills(first, last, outcome(found, by.most_rest))


def outcome(found: Reconciled, most_rest: Decimal) -> Outcome:
    """Return the outcome; a provider's rest is to be explained if its lines' come to more than `most_rest` of its bill.

    Rests of opposite signs do not make up for each other. Raises DatabaseError if causes do not add up.
    """
    providers = tuple(sorted(parts(found.variances, lambda one: one.provider), key=lambda one: one.provider))
    with localcontext(prec=DIGITS):
        whole = _provider("", found.variances)
    too_much = {one.provider for one in providers if one.rest_share is None or one.rest_share > most_rest}
    lines = [one for one in found.variances if one.provider in too_much and one.rest_usd]
    to_explain = sorted(lines, key=lambda one: (-abs(one.rest_usd), one.day, one.model))
    return Outcome(found, providers, whole, tuple(to_explain), most_rest)


def parts(lines: Iterable[Variance], key: Callable[[Variance], str]) -> tuple[ProviderOutcome, ...]:
    """Return the lines summed up by what `key` names them, the largest bill first."""
    by_name: dict[str, list[Variance]] = {}
    for line in lines:
        by_name.setdefault(key(line), []).append(line)
    with localcontext(prec=DIGITS):
        found = [_provider(name, theirs) for name, theirs in by_name.items()]
    return _by_bill(found)


def rows_of_lines(done: Outcome) -> list[Row]:
    """Return a row a UTC day and target, with every cause in a column."""
    return [asdict(line) for line in done.found.variances]


def by_bill(done: Outcome) -> tuple[ProviderOutcome, ...]:
    """Return the providers, that of the largest bill first."""
    return _by_bill(done.providers)


def called(cause: str) -> str:
    """Return what readers are told of a cause, by its column."""
    return "not explained" if cause == REST else CAUSES[cause]


def days_of(gap: Gap) -> str:
    """Return the days of a gap in words: '3 days (5–9 Oct 2026)' may have others between them."""
    return f"{formats.plural(gap.days, 'day')} ({formats.span(gap.first_day, gap.last_day)})"


def _by_bill(found: Iterable[ProviderOutcome]) -> tuple[ProviderOutcome, ...]:
    return tuple(sorted(found, key=lambda one: (-one.billed_usd, one.provider)))


def _provider(name: str, lines: Sequence[Variance]) -> ProviderOutcome:
    for line in lines:
        if sum((getattr(line, column) for column in CAUSES), Decimal(0)) != line.billed_usd - line.estimated_usd:
            raise DatabaseError(
                f"The causes of {line.provider}/{line.model} on {line.day} do not add up", "please report this"
            )
    billed, rest = _sum(line.billed_usd for line in lines), _sum(abs(line.rest_usd) for line in lines)
    untracked = _sum(line.untracked_usd for line in lines)
    causes = {column: _sum(getattr(line, column) for line in lines) for column in CAUSES}
    return ProviderOutcome(
        name,
        billed,
        _sum(line.estimated_usd for line in lines),
        causes,
        (billed - untracked) / billed if billed > 0 else None,
        rest / billed if billed > 0 else Decimal(0) if not rest else None,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
