"""A request as another tool recorded it, and its record as ours: counted our way, its cost named for what it is."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from finops_router.calls import STANDARD, UNKNOWN_USAGE, Served, Usage
from finops_router.pricing.price import Bill
from finops_router.pricing.priced_record import priced_record
from finops_router.pricing.prices import Prices
from finops_router.records import RequestRecord

REPORTED, CHARGED = "reported", "provider"  # cost_source of an amount: another tool's own, the provider's own
FAILED = frozenset({"error", "blocked"})


class ForeignRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request with all that its source says of it.

    `record` has neither counts nor cost; `usage` is counted our way, input with all that is cached, output with
    reasoning. `cost_usd` is the amount that the source itself has, None if it has none: `cost_source` says whose it is
    and `price_source` names the tool; `unpriced_reason` is why it is known to have none, and then none is looked up.
    `counted_by` is who counted the tokens, None if nobody knows.
    """

    record: RequestRecord
    usage: Usage = UNKNOWN_USAGE
    cost_usd: Decimal | None = None
    cost_source: str = REPORTED
    price_source: str = ""
    counted_by: str | None = "provider"
    unpriced_reason: str | None = None
    served: Served = STANDARD
    asked: str | None = None


def foreign_record(request: ForeignRequest, prices: Prices) -> RequestRecord:
    """Return the record of a request: at the amount its source has, else at its price in `prices`; never at both.

    A failed request of which nothing is known but that it failed has neither counts nor a cost.
    """
    record, usage = request.record, request.usage
    if request.cost_usd is not None:
        billed = Bill(request.cost_usd, request.price_source, cost_source=request.cost_source)
    elif request.unpriced_reason is not None:
        billed = Bill(unpriced_reason=request.unpriced_reason)
    elif usage.source == "none" and record.status in FAILED:
        return record
    else:
        billed = prices.bill(
            usage, record.provider or "", record.model or "", record.timestamp_us, request.served, request.asked
        )
    counted_by = usage.source if usage.source != "provider" else request.counted_by
    return msgspec.structs.replace(priced_record(record, usage, billed, request.served), usage_source=counted_by)


def usage_from(
    *,
    input_tokens: int | None,
    output_tokens: int | None,
    cache_read: int | None = None,
    cache_write: int | None = None,
    cache_write_1h: int | None = None,
    reasoning: int | None = None,
    cached_within_input: bool = True,
    reasoning_within_output: bool = True,
) -> Usage:
    """Return a usage counted our way from that of a source with its own rules of what lies within what.

    It is UNKNOWN_USAGE if the source has counted nothing. One that has more cached tokens than input cannot have
    counted the ones within the other, whatever its rule.
    """
    if not any((input_tokens, output_tokens, cache_read, cache_write)):
        return UNKNOWN_USAGE
    read, hour = cache_read or 0, cache_write_1h or 0
    write = max(cache_write or 0, hour)
    beside_input = 0 if cached_within_input and read + write <= (input_tokens or 0) else read + write
    thought = reasoning or 0
    beside_output = 0 if reasoning_within_output and thought <= (output_tokens or 0) else thought
    return Usage(
        input_tokens=(input_tokens or 0) + beside_input,
        output_tokens=(output_tokens or 0) + beside_output,
        cache_read_input_tokens=read,
        cache_write_input_tokens=write,
        cache_write_1h_input_tokens=hour,
        reasoning_output_tokens=thought,
    )
