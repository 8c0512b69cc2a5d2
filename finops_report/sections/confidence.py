"""Say how far the report can be trusted: what is unknown, lost, set aside or missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.price_tables import dated
from finops_report.analysis.rules import RULES
from finops_report.analysis.totals import Facts, share_of
from finops_report.model import Fact
from finops_report.warehouse import Answers
from finops_report.warehouse.views import View
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
    """What the collector reports of its whole life; None if it never reported."""

    recorded: int | None
    dropped: int | None
    quarantined: int | None


HOURS_WITHOUT_DATA = View("hours_without_data", EmptyHours)
UNUSABLE_VALUES = View("unusable_values", UnusableValues)
PRICE_SOURCES_USED = View("price_sources_used", PriceSource)
REPEATED_REQUEST_IDS = View("repeated_request_ids", RepeatedRows)
COLLECTOR_LOSSES = View("collector_losses", CollectorLosses)


def confidence(answers: Answers, facts: Facts) -> tuple[Fact, ...]:
    """The confidence section, line by line."""
    return (
        _rows(answers, facts),
        _unpriced(facts),
        *_set_aside(facts),
        _repeated(facts),
        _collector(answers, facts),
        _gaps(facts),
        *_prices(facts),
        _missing_parts(answers),
    )


def _rows(answers: Answers, facts: Facts) -> Fact:
    read = answers.extent.rows_read
    outside = read - facts.requests
    said = (
        f"{formats.count(read)} rows of table {formats.shortened(answers.source.table)}, "
        f"{formats.count(facts.requests)} of them in this period"
    )
    return Fact("Rows read", said + (f", {formats.count(outside)} outside it or unusable" if outside else ""))


def _unpriced(facts: Facts) -> Fact:
    if not facts.unpriced_requests:
        return Fact("Requests without a known price", "none")
    whole = facts.input_tokens + facts.output_tokens
    said = (
        f"{formats.count(facts.unpriced_requests)} ({formats.percent(facts.unpriced_share)}) with "
        f"{formats.tokens(facts.unpriced_tokens)} tokens"
        f" ({share_of(facts.unpriced_tokens, whole)}): their cost is unknown and in no total"
    )
    much = RULES.spend.unpriced_verdict(facts.unpriced_share) == "bad"
    return Fact("Requests without a known price", said, "warn" if much else "note")


def _set_aside(facts: Facts) -> list[Fact]:
    rows = facts.views["unusable_values"]
    if not rows:
        return [Fact("Values set aside", "none")]
    return [
        Fact(
            f"Values set aside: {row['column_name']}",
            f"{formats.plural(row['rows_set_aside'], 'row')}: {row['reason']}"
            + (", the whole row is in no sum" if row["column_name"] == "timestamp" else ", taken as not recorded"),
            "warn",
        )
        for row in rows
    ]


def _repeated(facts: Facts) -> Fact:
    repeated = facts.one("repeated_request_ids")["repeated_rows"]
    if not repeated:
        return Fact("Repeated request ids", "none")
    said = f"{formats.plural(repeated, 'row')} repeat the request_id and provider of another row; each is counted"
    return Fact("Repeated request ids", said, "note")


def _collector(answers: Answers, facts: Facts) -> Fact:
    if not answers.source.has_health:
        return Fact("Lost by telemetry", formats.NOT_RECORDED, "note")
    losses = facts.one("collector_losses")
    dropped, quarantined = losses["dropped"] or 0, losses["quarantined"] or 0
    if not dropped and not quarantined:
        return Fact("Lost by telemetry", "none reported by the collector")
    said = (
        f"{formats.plural(dropped, 'record')} dropped, {formats.count(quarantined)} unreadable and kept in quarantine"
    )
    return Fact("Lost by telemetry", said, "warn")


def _gaps(facts: Facts) -> Fact:
    hours = facts.one("hours_without_data")
    if not hours["empty_hours"]:
        return Fact("Hours without data", "none between the first and the last request")
    of_all = f"{formats.count(hours['empty_hours'])} of {formats.count(hours['hours'])}"
    said = f"{of_all} between the first and the last request"
    return Fact("Hours without data", said, "note")


def _prices(facts: Facts) -> list[Fact]:
    rows = facts.views["price_sources_used"]
    known = [row for row in rows if row["price_source"] != formats.NOT_RECORDED]
    if not known:
        return [Fact("Price table", f"{formats.NOT_RECORDED}: costs are taken as they stand", "note")]
    said = "; ".join(
        f"{dated(row['price_source'])} for {formats.plural(row['requests'], 'request')}" for row in known[:4]
    )
    if any(row["price_source"].startswith("genai-prices") for row in known):
        said += "; list prices are those of each request's day"
    return [Fact("Price table", said)]


def _missing_parts(answers: Answers) -> Fact:
    optional = {
        "team": "teams",
        "project": "projects",
        "ttft_ms": "time to first token",
        "cache_read_input_tokens": "cached tokens",
        "status": "request status",
    }
    missing = [said for column, said in optional.items() if not answers.source.has(column)]
    if not answers.source.has_attempts:
        missing.append("attempts")
    if not missing:
        return Fact("Not recorded", "nothing: every optional part is there")
    return Fact("Not recorded", ", ".join(missing), "note")
