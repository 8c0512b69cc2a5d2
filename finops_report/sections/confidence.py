"""Tell how far the report can be trusted: what is unknown, lost, set aside or missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.price_tables import dated
from finops_report.analysis.rules import RULES
from finops_report.analysis.totals import Facts, share_of
from finops_report.model import Fact
from finops_report.warehouse import View, ViewRows
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class EmptyHours:
    """Hours between the first and the last request, and those of them in which nothing was recorded."""

    empty_hours: int
    hours: int


@dataclass(frozen=True, slots=True)
class UnusableValues:
    """Values of one column that were set aside for one reason."""

    column_name: str
    reason: str
    rows_set_aside: int


@dataclass(frozen=True, slots=True)
class FreeRequests:
    """Answered requests of the period that used tokens and are recorded with a cost of 0."""

    requests: int
    tokens: int


@dataclass(frozen=True, slots=True)
class PriceSource:
    """A price table and the requests it priced."""

    price_source: str
    requests: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class RepeatedRows:
    """Rows that repeat the request_id and provider of another."""

    repeated_rows: int


@dataclass(frozen=True, slots=True)
class CollectorLosses:
    """What the collector reports of the period; None if it never reported."""

    recorded: int | None
    dropped: int | None
    quarantined: int | None


HOURS_WITHOUT_DATA = View("hours_without_data", EmptyHours)
UNUSABLE_VALUES = View("unusable_values", UnusableValues)
FREE_REQUESTS = View("free_requests", FreeRequests)
PRICE_SOURCES_USED = View("price_sources_used", PriceSource)
REPEATED_REQUEST_IDS = View("repeated_request_ids", RepeatedRows)
COLLECTOR_LOSSES = View("collector_losses", CollectorLosses)


def confidence(answers: ViewRows, facts: Facts) -> tuple[Fact, ...]:
    """Return the confidence section, line by line."""
    return (
        _rows(answers, facts),
        _unpriced(facts),
        *_recorded_as_free(facts),
        *_set_aside(facts),
        *_left_out(answers),
        _repeated(facts),
        _collector(answers, facts),
        _gaps(facts),
        *_prices(facts),
        _missing_parts(answers),
    )


def _rows(answers: ViewRows, facts: Facts) -> Fact:
    read = answers.extent.rows_read
    outside = read - facts.requests
    text = (
        f"{formats.count(read)} rows of table {formats.shortened(answers.source.table)}, "
        f"{formats.count(facts.requests)} of them in this period"
    )
    return Fact("Rows read", text + (f", {formats.count(outside)} outside it or unusable" if outside else ""))


def _unpriced(facts: Facts) -> Fact:
    if not facts.unpriced_requests:
        return Fact("Requests without a known price", "none")
    whole = facts.input_tokens + facts.output_tokens
    text = (
        f"{formats.count(facts.unpriced_requests)} ({formats.percent(facts.unpriced_share)}) with "
        f"{formats.tokens(facts.unpriced_tokens)} tokens"
        f" ({share_of(facts.unpriced_tokens, whole)}): their cost is unknown and in no total"
    )
    much = RULES.spend.unpriced_verdict(facts.unpriced_share) == "bad"
    return Fact("Requests without a known price", text, "warn" if much else "note")


def _set_aside(facts: Facts) -> list[Fact]:
    rows = facts.rows(UNUSABLE_VALUES)
    if not rows:
        return [Fact("Values set aside", "none")]
    return [
        Fact(
            f"Values set aside: {row.column_name}",
            f"{formats.plural(row.rows_set_aside, 'row')}: {row.reason}"
            + (", the whole row is in no sum" if row.column_name == "timestamp" else ", taken as not recorded"),
            "warn",
        )
        for row in rows
    ]


def _recorded_as_free(facts: Facts) -> list[Fact]:
    free = facts.row(FREE_REQUESTS)
    if not free.requests:
        return []
    text = (
        f"{formats.count(free.requests)} with {formats.tokens(free.tokens)} tokens have a recorded cost of 0 and are"
        " taken as free; if their price is not known, the cost should be left empty"
    )
    return [Fact("Requests recorded as free", text, "note")]


def _left_out(answers: ViewRows) -> list[Fact]:
    if not answers.source.left_out:
        return []
    text = "; ".join(f"{formats.shortened(one.what)}: {one.why}" for one in answers.source.left_out)
    return [Fact("Not read", text, "note")]


def _repeated(facts: Facts) -> Fact:
    repeated = facts.row(REPEATED_REQUEST_IDS).repeated_rows
    if not repeated:
        return Fact("Repeated request ids", "none")
    text = f"{formats.plural(repeated, 'row')} repeat the request_id and provider of another row; each is counted"
    return Fact("Repeated request ids", text, "note")


def _collector(answers: ViewRows, facts: Facts) -> Fact:
    if not answers.source.has_health:
        return Fact("Lost by telemetry", formats.NOT_RECORDED, "note")
    losses = facts.row(COLLECTOR_LOSSES)
    dropped, quarantined = losses.dropped or 0, losses.quarantined or 0
    if not dropped and not quarantined:
        return Fact("Lost by telemetry", "none reported by the collector")
    text = (
        f"{formats.plural(dropped, 'record')} dropped, {formats.count(quarantined)} unreadable and kept in quarantine"
    )
    return Fact("Lost by telemetry", text, "warn")


def _gaps(facts: Facts) -> Fact:
    hours = facts.row(HOURS_WITHOUT_DATA)
    if not hours.empty_hours:
        return Fact("Hours without data", "none between the first and the last request")
    of_all = f"{formats.count(hours.empty_hours)} of {formats.count(hours.hours)}"
    text = f"{of_all} between the first and the last request"
    if facts.coverage.has_gaps or facts.gaps:
        return Fact("Hours without data", f"{text}: too many to judge a change", "warn")
    return Fact("Hours without data", text, "note")


def _prices(facts: Facts) -> list[Fact]:
    rows = facts.rows(PRICE_SOURCES_USED)
    known = [row for row in rows if row.price_source != formats.NOT_RECORDED]
    if not known:
        return [Fact("Price table", f"{formats.NOT_RECORDED}: costs are taken as they stand", "note")]
    text = "; ".join(f"{dated(row.price_source)} for {formats.plural(row.requests, 'request')}" for row in known[:4])
    if any(row.price_source.startswith("genai-prices") for row in known):
        text += "; list prices are those of each request's day"
    return [Fact("Price table", text)]


def _missing_parts(answers: ViewRows) -> Fact:
    optional = {
        "team": "teams",
        "project": "projects",
        "ttft_ms": "time to first token",
        "cache_read_input_tokens": "cached tokens",
        "status": "request status",
    }
    missing = [text for column, text in optional.items() if not answers.source.has(column)]
    if not answers.source.has_attempts:
        missing.append("attempts")
    if not missing:
        return Fact("Not recorded", "nothing: every optional part is there")
    return Fact("Not recorded", ", ".join(missing), "note")
