"""List the gateway's metrics: their names, what they count and by which labels; nothing else names one.

Names follow https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from typing import NamedTuple

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"

# The bounds that OpenTelemetry recommends for gen_ai.client.operation.duration, three more above for long answers ...
DURATIONS_S = (*(round(0.01 * 2**power, 2) for power in range(14)), 163.84, 327.68, 655.36)
# ... and for gen_ai.server.time_to_first_token.
FIRST_TOKENS_S = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0)


class Family(NamedTuple):
    """A metric: what it counts in `words`, by which labels; `bounds` are those of a histogram's buckets."""

    name: str
    kind: str
    words: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


MODEL = ("provider", "model")

REQUESTS = Family(
    *("finops_requests_total", COUNTER, "Finished requests; group is the name that callers asked for."),
    ("group", "strategy", *MODEL, "status"),
)
RESCUED = Family("finops_requests_rescued_total", COUNTER, "Requests answered after a failed attempt.", ("group",))
DURATION = Family(
    *("finops_request_duration_seconds", HISTOGRAM, "From the request to the end of its answer, all attempts."),
    ("group", *MODEL),
    DURATIONS_S,
)
FIRST_TOKEN = Family(
    *("finops_time_to_first_token_seconds", HISTOGRAM, "From the request to the first token of a streamed answer."),
    ("group", *MODEL),
    FIRST_TOKENS_S,
)
TOKENS = Family(
    *("finops_tokens_total", COUNTER, "Tokens: input with all that is cached, output with reasoning."),
    (*MODEL, "team", "type"),
)
CACHED_TOKENS = Family(
    *("finops_cached_tokens_total", COUNTER, "Of the input tokens, those read from a cache and those written to one."),
    (*MODEL, "team", "type"),
)
COST = Family("finops_cost_usd_total", COUNTER, "US dollars, of requests with a known price.", (*MODEL, "team"))
UNPRICED = Family(
    *("finops_unpriced_requests_total", COUNTER, "Requests without a known price, which is not zero."),
    (*MODEL, "reason"),
)
ATTEMPTS = Family(
    *("finops_attempts_total", COUNTER, "Tries at providers, those that failed or were skipped too."),
    (*MODEL, "outcome", "error_type"),
)
ATTEMPT_DURATION = Family(
    *("finops_attempt_duration_seconds", HISTOGRAM, "How long a try at a provider took."),
    MODEL,
    DURATIONS_S,
)
GUARDRAILS = Family(
    *("finops_guardrail_events_total", COUNTER, "Decisions of guardrails."), ("guardrail", "action", "team")
)
REFUSED = Family(
    *("finops_refused_total", COUNTER, "HTTP requests that were refused before any provider was asked."), ("reason",)
)
IN_FLIGHT = Family("finops_requests_in_flight", GAUGE, "Requests under way.")
WORKERS = Family("finops_workers", GAUGE, "Worker processes that run.")
SPANS = Family(
    *("finops_otlp_spans_total", COUNTER, "Spans received over OTLP: calls to models, others, and unreadable ones."),
    ("outcome",),
)
RECORDED = Family("finops_telemetry_records_total", COUNTER, "Records handed to telemetry.")
DROPPED = Family("finops_telemetry_dropped_records_total", COUNTER, "Records lost: the journal was full, or gone.")
PENDING = Family("finops_telemetry_pending_records", GAUGE, "Records in the journal that are not yet in the database.")
BUDGET_LIMIT = Family("finops_budget_limit_usd", GAUGE, "What a budget allows in its period.", ("budget",))
BUDGET_SPENT = Family("finops_budget_spent_usd", GAUGE, "What was settled on a budget in its period.", ("budget",))
BUDGET_RESERVED = Family("finops_budget_reserved_usd", GAUGE, "What calls under way may still cost.", ("budget",))
INFO = Family("finops_gateway_info", GAUGE, "1, with the version that runs.", ("version",))

FAMILIES = (
    *(REQUESTS, RESCUED, DURATION, FIRST_TOKEN, TOKENS, CACHED_TOKENS, COST, UNPRICED, ATTEMPTS, ATTEMPT_DURATION),
    *(GUARDRAILS, REFUSED, IN_FLIGHT, WORKERS, SPANS, RECORDED, DROPPED, PENDING),
    *(BUDGET_LIMIT, BUDGET_SPENT, BUDGET_RESERVED, INFO),
)


def cells_of(family: Family) -> int:
    """Return how many numbers a series has: of a histogram, one a bucket, the last without a bound, then the sum."""
    return len(family.bounds) + 2 if family.kind == HISTOGRAM else 1
