"""Recompute what the confidence section counts: gaps, values set aside, price tables, repeated ids, losses."""

from __future__ import annotations

from collections import Counter

from tests.recomputed.days import HOUR_US
from tests.recomputed.facts import Recorded, Rows, counted, down, grouped, ratio, spent, total
from tests.recomputed.usable import NOT_RECORDED, Call, moment_us, set_aside


def hours_without_data(of: Recorded) -> Rows:
    """Return the hours of the period from the first to the last request of all, and those of them without one."""
    first_us = of.time.first_us
    if first_us is None:
        return [{"empty_hours": 0, "hours": 0}]
    filled = {of.hour_us(call.at_us) for call in of.period}
    shown = {of.hour_us(slot) for slot in of.time.slots()}
    between = [hour for hour in shown if hour + HOUR_US > first_us and hour <= of.time.last_us]
    return [{"empty_hours": sum(hour not in filled for hour in between), "hours": len(between)}]


def unusable_values(of: Recorded) -> Rows:
    """Return what was set aside of the period and of rows without a usable time."""
    return set_aside(of.telemetry, of.now_us, of.time.in_period)


def free_requests(of: Recorded) -> Rows:
    """Return the answered requests of the period that used tokens at a recorded cost of 0."""
    free = [call for call in of.period if call.cost_usd == 0 and not call.failed and call.tokens > 0]
    return [{"requests": len(free), "tokens": sum(call.tokens for call in free)}]


def price_sources_used(of: Recorded) -> Rows:
    """Return which price tables priced the requests of the period."""
    rows = [
        {"price_source": source, "requests": len(calls), "cost_usd": spent(calls)}
        for source, calls in grouped(of.period, lambda call: call.price_source).items()
    ]
    return sorted(rows, key=lambda row: (-int(str(row["requests"])), row["price_source"]))


def cost_sources(of: Recorded) -> Rows:
    """Return the requests of the period by where their cost comes from."""
    spend, rows = total(call.cost_usd for call in of.period), []
    for source, calls in grouped(of.period, _cost_source).items():
        cost = total(call.cost_usd for call in calls)
        rows.append({"cost_source": source, "requests": len(calls), "cost_usd": cost, "share": ratio(cost, spend)})
    return sorted(rows, key=lambda row: (down(row["cost_usd"]), -row["requests"], row["cost_source"]))


def _cost_source(call: Call) -> str:
    if call.cost_usd is not None:
        return call.cost_source or NOT_RECORDED
    return "unknown" if call.is_unpriced else "failed"


def usage_sources(of: Recorded) -> Rows:
    """Return the requests of the period by who counted their tokens."""
    spend, rows = total(call.cost_usd for call in of.period), []
    for source, calls in grouped(of.period, _usage_source).items():
        cost = total(call.cost_usd for call in calls)
        rows.append(
            {
                "usage_source": source,
                "requests": len(calls),
                "request_share": ratio(len(calls), len(of.period)),
                "cost_usd": cost,
                "share": ratio(cost, spend),
            }
        )
    return sorted(rows, key=lambda row: (-row["requests"], row["usage_source"]))


def _usage_source(call: Call) -> str:
    if call.usage_source is not None:
        return call.usage_source
    return "failed" if call.failed and call.cost_usd is None else NOT_RECORDED


def unpriced_reasons(of: Recorded) -> Rows:
    """Return why unpriced requests of the period have no price."""
    unpriced = [call for call in of.period if call.is_unpriced]
    rows: Rows = [
        {"unpriced_reason": reason, "requests": len(calls), "tokens": sum(call.tokens for call in calls)}
        for reason, calls in grouped(unpriced, lambda call: call.unpriced_reason or NOT_RECORDED).items()
    ]
    return sorted(rows, key=lambda row: (-row["requests"], row["unpriced_reason"]))


def repeated_request_ids(of: Recorded) -> Rows:
    """Return how many rows repeat the id and provider of another row of the period."""
    rows = Counter((call.request_id, call.provider) for call in of.period if call.request_id is not None)
    return [{"repeated_rows": sum(number - 1 for number in rows.values())}]


def collector_losses(of: Recorded) -> Rows:
    """Return what the collector reports of the period; None if it never did."""
    moments = [(one, moment_us(one.timestamp)) for one in of.telemetry.health or ()]
    health = [one for one, us in moments if us is None or of.time.in_period(us)]
    return [
        {
            "recorded": counted(one.recorded for one in health),
            "dropped": counted(one.dropped for one in health),
            "quarantined": counted(one.quarantined for one in health),
        }
    ]


def unread_in_journal(of: Recorded) -> Rows:
    """Return how many entries of the journal could not be read, and the first by name."""
    found = sorted(f"{one.entry}: {one.reason}" for one in of.telemetry.unread or ())
    return [{"entries": len(found), "first_entry": found[0] if found else None}]
