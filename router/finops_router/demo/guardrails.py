"""Make the few guardrail decisions a month of traffic meets; kinds and reasons, never text."""

from __future__ import annotations

import random

from finops_router.calls import Request
from finops_router.records import GuardrailRecord

SHARE = 0.004  # of requests that meet one
DECISIONS = (  # guardrail, action, severity, detail, weight
    ("pii", "redacted", "medium", "e-mail address", 40),
    ("pii", "redacted", "high", "payment card number", 10),
    ("prompt-injection", "flagged", "medium", "instruction in retrieved document", 25),
    ("toxicity", "flagged", "low", "score above 0.7", 15),
    ("output-secrets", "blocked", "high", "access key in the answer", 10),
)
WEIGHTS = [weight for *_, weight in DECISIONS]


def decide(request: Request, epoch_us: int, rng: random.Random) -> GuardrailRecord | None:
    """Return what a guardrail decides about `request`, None for most; `rng` draws it."""
    if rng.random() >= SHARE:
        return None
    guardrail, action, severity, detail, _ = rng.choices(DECISIONS, WEIGHTS)[0]
    return GuardrailRecord(
        timestamp_us=epoch_us,
        request_id=request.request_id,
        guardrail=guardrail,
        action=action,
        team=request.team,
        project=request.project,
        severity=severity,
        detail=detail,
    )
