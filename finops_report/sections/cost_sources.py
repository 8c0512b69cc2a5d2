"""Tell where costs and counts of tokens come from, and why some requests have no price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.integrity import Sum, sums
from finops_report.analysis.totals import Facts
from finops_report.model import Fact
from finops_report.warehouse import Source, View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class CostSource:
    """Requests whose cost is from one source; cost and share are None if there is none on record."""

    cost_source: str
    requests: int
    cost_usd: Decimal | None
    share: float | None


@dataclass(frozen=True, slots=True)
class UsageSource:
    """Requests whose tokens were counted by one source; `share` is of spend, None if no cost is on record."""

    usage_source: str
    requests: int
    request_share: float
    cost_usd: Decimal | None
    share: float | None


@dataclass(frozen=True, slots=True)
class UnpricedReason:
    """Requests that have no known price for one reason: 'model', 'serving', 'usage', or the units without a price."""

    unpriced_reason: str
    requests: int
    tokens: int


COST_SOURCES = View("cost_sources", CostSource)
USAGE_SOURCES = View("usage_sources", UsageSource)
UNPRICED_REASONS = View("unpriced_reasons", UnpricedReason)
UNKNOWN, FAILED = "unknown", "failed"  # as data have requests without a cost
MOST_REASONS = 5
AT = {
    "provider": "as charged by the provider",
    "contract": "at contract prices",
    "list": "at list prices",
    "corrected": "at corrected list prices",
    "estimated": "for estimated numbers of tokens",
    "reported": "as reported by the tool that recorded it",
    formats.NOT_RECORDED: "of a source that is not recorded",
}
FROM = {
    "provider": "amounts that providers charged",
    "contract": "contract prices",
    "list": "list prices",
    "corrected": "corrected list prices",
    "estimated": "estimated numbers of tokens",
    "reported": "what the tool that recorded them reports",
}
COUNTED_BY = {
    "provider": "counted by the provider",
    "estimated": "estimated",
    "none": "not known",
    formats.NOT_RECORDED: "of a source that is not recorded",
}
LACKING = {
    "model": "no price of the model is known",
    "serving": "no price is known of this way of serving",
    "usage": "what was used is not known",
    formats.NOT_RECORDED: "no reason is recorded",
}


def cost_sources(source: Source, facts: Facts) -> list[Fact]:
    """Return where costs come from; nothing if no cost has a source on record."""
    rows = facts.rows(COST_SOURCES)
    if not source.has("cost_source") or not _recorded(rows):
        return []
    known = [row for row in rows if row.cost_usd is not None]
    parts = [
        f"{_share(row, ' of spend' if number == 0 else '')} {_worded(AT, row.cost_source)}"
        for number, row in enumerate(known)
    ]
    unknown = sum(row.requests for row in rows if row.cost_source == UNKNOWN)
    without = f"; of {formats.plural(unknown, 'request')} it is unknown" if unknown else ""
    return [Fact("Where costs come from", f"{', '.join(parts)}{without}")]


def costs_in_words(facts: Facts) -> str:
    """Return what the costs of the period rest on, in a sentence."""
    rows = facts.rows(COST_SOURCES)
    recorded = _recorded(rows)
    if not recorded:
        return "Costs are taken as your telemetry has them; they are no invoice."
    named = [FROM[row.cost_source] for row in recorded if row.cost_source in FROM]
    if len(named) < sum(row.cost_usd is not None for row in rows):
        named.append("what else your telemetry has recorded as a cost")
    return f"Costs rest on {formats.listed(named)}; they are no invoice."


def usage_sources(source: Source, facts: Facts) -> list[Fact]:
    """Return who counted the tokens; nothing if it is recorded of no request."""
    rows = [row for row in facts.rows(USAGE_SOURCES) if row.usage_source != FAILED]
    if not source.has("usage_source") or all(row.usage_source == formats.NOT_RECORDED for row in rows):
        return []
    parts = [
        f"{formats.percent(row.request_share)} {'of requests ' if number == 0 else ''}"
        f"{_worded(COUNTED_BY, row.usage_source)}{_of_spend(row)}"
        for number, row in enumerate(rows)
    ]
    failed = sum(row.requests for row in facts.rows(USAGE_SOURCES) if row.usage_source == FAILED)
    without = f"; {formats.plural(failed, 'request')} failed with none on record" if failed else ""
    return [Fact("Where token counts come from", f"{', '.join(parts)}{without}")]


def unpriced_reasons(source: Source, facts: Facts) -> list[Fact]:
    """Return why requests have no known price; nothing if it is recorded of none."""
    rows = facts.rows(UNPRICED_REASONS)
    if not source.has("unpriced_reason") or all(row.unpriced_reason == formats.NOT_RECORDED for row in rows):
        return []
    parts = [
        f"{formats.plural(row.requests, 'request')}: {_reason(row.unpriced_reason)}" for row in rows[:MOST_REASONS]
    ]
    others = sum(row.requests for row in rows[MOST_REASONS:])
    if others:
        parts.append(f"{formats.plural(others, 'request')}: other reasons")
    return [Fact("Why a price is not known", "; ".join(parts), "note")]


def adds_up(facts: Facts) -> tuple[Sum, ...]:
    """Return what both divisions of all requests and all spend come to, beside the total."""
    return (*sums(facts, COST_SOURCES), *sums(facts, USAGE_SOURCES))


def _recorded(rows: Sequence[CostSource]) -> list[CostSource]:
    """Return the rows with a cost whose source is recorded."""
    return [row for row in rows if row.cost_usd is not None and row.cost_source != formats.NOT_RECORDED]


def _share(row: CostSource, of_what: str) -> str:
    """Return the part of spend and of what it is; a number of requests if nothing was spent."""
    return formats.plural(row.requests, "request") if row.share is None else f"{formats.percent(row.share)}{of_what}"


def _of_spend(row: UsageSource) -> str:
    return "" if row.share is None else f" ({formats.percent(row.share)} of spend)"


def _worded(words: Mapping[str, str], source: str) -> str:
    """Return a source in words; one that is not among ours as it is recorded."""
    return words.get(source, f"from '{formats.shortened(source)}'")


def _reason(reason: str) -> str:
    """Return a reason in words; any but ours names units, as the price list does: 'web_searches,pages'."""
    if reason in LACKING:
        return LACKING[reason]
    units = formats.listed([unit.strip().replace("_", " ") for unit in reason.split(",")])
    return f"unpriced in part, no price is known of {formats.shortened(units)}"
