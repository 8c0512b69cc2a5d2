"""Make the few guardrail decisions a month of traffic meets; kinds and reasons, never text."""

from __future__ import annotations

import random

from msgspec.structs import replace

from finops_router.calls import Request
from finops_router.records import GuardrailRecord, RequestRecord

SHARE = 0.004  # of requests that meet one
DECISIONS = (  # guardrail, action, severity, detail, stage, weight
    ("pii", "redacted", "medium", "e-mail address", "request", 40),
    ("pii", "redacted", "high", "payment card number", "request", 10),
    ("prompt-injection", "flagged", "medium", "instruction in retrieved document", "request", 25),
    ("toxicity", "flagged", "low", "score above 0.7", "answer", 15),
    ("output-secrets", "blocked", "high", "access key in the answer", "answer", 10),
)
WEIGHTS = [weight for *_, weight in DECISIONS]


NUMBER = len({guardrail for guardrail, *_ in DECISIONS})
NOT_COVERED = "data"  # a team whose notebooks no guardrail looks at


def decide(request: Request, epoch_us: int, rng: random.Random) -> GuardrailRecord | None:
    """Return what a guardrail decides about `request`, None for most; `rng` draws it."""
    if rng.random() >= SHARE:
        return None
    guardrail, action, severity, detail, stage, _ = rng.choices(DECISIONS, WEIGHTS)[0]
    return GuardrailRecord(
        timestamp_us=epoch_us,
        request_id=request.request_id,
        guardrail=guardrail,
        action=action,
        team=request.team,
        project=request.project,
        severity=severity,
        detail=detail,
        stage=stage,
        findings=1,
    )


def looked_at(record: RequestRecord) -> RequestRecord:
    """Return the record of a request with how many guardrails looked at it."""
    return replace(record, guardrails=0 if record.team == NOT_COVERED else NUMBER)


def priced(event: GuardrailRecord, record: RequestRecord) -> GuardrailRecord:
    """Return a decision with who answered its request, and what that cost."""
    return replace(event, provider=record.provider, model=record.model, cost_estimated=record.cost_estimated)
