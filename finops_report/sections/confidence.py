"""Tell how far the report can be trusted: what is unknown, lost, set aside or missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.attempts import ATTEMPTS_BY_PROVIDER, attempts_are_missing
from finops_report.analysis.price_tables import dated
from finops_report.analysis.rules import SpendRule
from finops_report.analysis.rules.unusual import WEEKS_NEEDED
from finops_report.analysis.totals import Facts, share_of
from finops_report.model import Fact
from finops_report.sections.cost_sources import cost_sources, unpriced_reasons, usage_sources
from finops_report.sections.unseen import at_unknown_cost
from finops_report.sections.unusual_spend import JUDGED_HOURS, unusual
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


@dataclass(frozen=True, slots=True)
class UnreadEntries:
    """Entries of the journal that could not be read when it was last loaded, and the first of them with the reason."""

    entries: int
    first_entry: str | None


HOURS_WITHOUT_DATA = View("hours_without_data", EmptyHours)
UNUSABLE_VALUES = View("unusable_values", UnusableValues)
FREE_REQUESTS = View("free_requests", FreeRequests)
PRICE_SOURCES_USED = View("price_sources_used", PriceSource)
REPEATED_REQUEST_IDS = View("repeated_request_ids", RepeatedRows)
COLLECTOR_LOSSES = View("collector_losses", CollectorLosses)
UNREAD_IN_JOURNAL = View("unread_in_journal", UnreadEntries)
MOST_PRICE_SOURCES = 4
OTHER_NAMES = "other names"  # as sql/names/put_together calls them


def confidence(answers: ViewRows, facts: Facts, rule: SpendRule) -> tuple[Fact, ...]:
    """Return the confidence section, line by line; `rule` says how much unknown spend is too much."""
    return (
        _rows(answers, facts),
        _unpriced(facts, rule),
        *unpriced_reasons(answers.source, facts),
        *cost_sources(answers.source, facts),
        *usage_sources(answers.source, facts),
        *_recorded_as_free(facts),
        *_failed(answers, facts),
        *_attempts(facts),
        *_set_aside(facts),
        *_left_out(answers),
        *_names(answers),
        _repeated(facts),
        _collector(answers, facts),
        *_unread(facts),
        _gaps(facts),
        *_unusual(facts),
        *_prices(facts),
        _missing_parts(answers, facts),
    )


def _rows(answers: ViewRows, facts: Facts) -> Fact:
    """Return how many rows were read, and where those are that are not in this period."""
    read = answers.extent.rows_read
    unusable = sum(row.rows_set_aside for row in facts.rows(UNUSABLE_VALUES) if row.column_name == "timestamp")
    outside = max(0, read - facts.requests - unusable)
    parts = (
        f"{formats.plural(read, 'row')} of table {formats.shortened(answers.source.table)}",
        f"{formats.count(facts.requests)} of them in this period",
        f"{formats.count(outside)} outside it" if outside else "",
        f"{formats.count(unusable)} without a usable time" if unusable else "",
    )
    return Fact("Rows read", ", ".join(filter(None, parts)))


def _failed(answers: ViewRows, facts: Facts) -> list[Fact]:
    if not answers.source.has("status"):
        return []  # it is among what is not recorded
    if not facts.failed_requests:
        return [Fact("Requests without an answer", "none")]
    text = (
        f"{formats.count(facts.failed_requests)} of {formats.count(facts.requests)}: counted as requests, and in times "
        "if theirs is recorded, but not in comparisons; of their cost only what is recorded is in the total"
    )
    return [Fact("Requests without an answer", text, "note")]


def _attempts(facts: Facts) -> list[Fact]:
    """Return how many attempts the requests took, and whether some are missing."""
    rows = facts.rows(ATTEMPTS_BY_PROVIDER)
    if not rows:
        return []
    attempts, failed = sum(row.attempts for row in rows), sum(row.failed_attempts for row in rows)
    text = (
        f"{formats.count(attempts)} for {formats.plural(facts.requests, 'request')}; {formats.count(failed)} of them "
        "failed"
    )
    if unknown := at_unknown_cost(sum(row.unpriced_failed_attempts for row in rows)):
        text += f"{unknown} and in no total"
    if attempts_are_missing(facts):
        return [Fact("Attempts", f"{text}. Not all are recorded: more may have failed than can be seen", "warn")]
    return [Fact("Attempts", text)]


def _unpriced(facts: Facts, rule: SpendRule) -> Fact:
    if not facts.unpriced_requests:
        return Fact("Requests without a known price", "none")
    whole = facts.input_tokens + facts.output_tokens
    share = formats.percent(facts.unpriced_share, rule.unpriced_shares)
    text = (
        f"{formats.count(facts.unpriced_requests)} ({share}) with {formats.tokens(facts.unpriced_tokens)} tokens"
        f" ({share_of(facts.unpriced_tokens, whole)}): their cost is unknown and in no total"
    )
    much = rule.unpriced_verdict(facts.unpriced_share) == "bad"
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
        f"{formats.plural(free.requests, 'request')} with {formats.tokens(free.tokens)} tokens, taken as free: the "
        "recorded cost is 0; if a price is not known, the cost should be left empty"
    )
    return [Fact("Requests recorded as free", text, "note")]


def _left_out(answers: ViewRows) -> list[Fact]:
    if not answers.source.left_out:
        return []
    text = "; ".join(f"{formats.shortened(one.what)}: {one.why}" for one in answers.source.left_out)
    return [Fact("Not read", text, "note")]


def _names(answers: ViewRows) -> list[Fact]:
    """Return which names are not told apart, and which are not shown whole."""
    names = answers.source.names
    parts = [
        f"{formats.count(one.put_together)} of {formats.count(one.names)} {one.what}, the least used, are one: "
        f"'{OTHER_NAMES}'"
        for one in names.left
    ]
    if names.cut:
        cut = formats.plural(names.cut, "name")
        parts.append(f"{cut} of more than 512 bytes cut, each told apart by its last letters")
    return [Fact("Names not shown", "; ".join(parts), "note")] if parts else []


def _repeated(facts: Facts) -> Fact:
    repeated = facts.row(REPEATED_REQUEST_IDS).repeated_rows
    if not repeated:
        return Fact("Repeated request ids", "none")
    rows = formats.plural(repeated, "row repeats", "rows repeat")
    text = f"{rows} the request_id and provider of another row; each is counted"
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


def _unread(facts: Facts) -> list[Fact]:
    found = facts.row(UNREAD_IN_JOURNAL)
    if not found.entries:
        return []
    entries = formats.plural(found.entries, "entry", "entries")
    text = (
        f"{entries}, in no sum, when it was last loaded: {formats.shortened(found.first_entry or formats.NOT_RECORDED)}"
    )
    more = f" and {formats.count(found.entries - 1)} more" if found.entries > 1 else ""
    return [Fact("Not readable in the journal", text + more, "warn")]


def _gaps(facts: Facts) -> Fact:
    hours = facts.row(HOURS_WITHOUT_DATA)
    if not hours.empty_hours:
        return Fact("Hours without data", "none between the first and the last request")
    of_all = f"{formats.count(hours.empty_hours)} of {formats.count(hours.hours)}"
    text = f"{of_all} between the first and the last request"
    if facts.coverage.has_gaps or facts.gaps:
        return Fact("Hours without data", f"{text}: too many to judge a change", "warn")
    return Fact("Hours without data", text, "note")


def _unusual(facts: Facts) -> list[Fact]:
    """Return that unusual spend was looked for, and what came of it."""
    if facts.unusual is None:
        return [Fact("Unusual spend", "not looked for: it is turned off in finops.toml")]
    judged, found = facts.row(JUDGED_HOURS), unusual(facts)
    if not judged.judged_hours:
        weeks = f"{formats.count(WEEKS_NEEDED)} weeks before the period's end are needed"
        return [Fact("Unusual spend", f"not enough history to tell: {weeks}", "note")] if facts.requests else []
    of_all = "" if judged.judged_hours == judged.hours else f" of {formats.count(judged.hours)}"
    hours = f"{formats.count(judged.judged_hours)}{of_all} hours held against their own history"
    if not found:
        return [Fact("Unusual spend", f"none in {hours}")]
    return [Fact("Unusual spend", f"{formats.plural(len(found), 'stretch', 'stretches')} in {hours}", "note")]


def _prices(facts: Facts) -> list[Fact]:
    rows = facts.rows(PRICE_SOURCES_USED)
    known = [row for row in rows if row.price_source != formats.NOT_RECORDED]
    if not known:
        return [Fact("Price table", f"{formats.NOT_RECORDED}: costs are taken as they stand", "note")]
    shown, more = known[:MOST_PRICE_SOURCES], known[MOST_PRICE_SOURCES:]
    text = "; ".join(f"{dated(row.price_source)} for {formats.plural(row.requests, 'request')}" for row in shown)
    if more:
        text += f"; {formats.count(len(more))} more for {formats.plural(sum(row.requests for row in more), 'request')}"
    others = facts.requests - sum(row.requests for row in known)
    if others > 0:
        text += f"; {formats.plural(others, 'request')} without one: no known price, or no answer"
    if any(row.price_source.startswith("genai-prices") for row in known):
        text += "; list prices are those of each request's day, as far as the list has their history"
    return [Fact("Price table", text)]


def _missing_parts(answers: ViewRows, facts: Facts) -> Fact:
    optional = {
        "team": "teams",
        "project": "projects",
        "ttft_ms": "time to first token",
        "cache_read_input_tokens": "cached tokens",
        "status": "request status",
        "cost_source": "sources of costs",
        "usage_source": "sources of token counts",
    }
    missing = [text for column, text in optional.items() if not answers.source.has(column)]
    if not facts.has_attempts:
        missing.append("attempts")
    if not missing:
        return Fact("Not recorded", "nothing: every optional part is there")
    return Fact("Not recorded", ", ".join(missing), "note")
