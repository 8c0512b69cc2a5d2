"""Make the records of a call's guardrail decisions, each with the spend it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from finops_router.guardrails.guarded import GuardedCall
from finops_router.records import GuardrailRecord

BEFORE_THE_CALL = ("request", "target")  # a call that is blocked there was never sent


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    """What a call cost in USD with all its attempts, and what it was expected to cost; None if that is not known.

    `provider` and `model` answered, or would have been asked.
    """

    cost_usd: Decimal | None = None
    expected_usd: Decimal | None = None
    provider: str | None = None
    model: str | None = None


def events(guarded: GuardedCall, spend: Spend) -> Iterator[GuardrailRecord]:
    """Yield a record for each decision about a call that is over.

    `cost_estimated` is what the call cost; if this decision kept it from being sent, it is None, and `cost_avoided` is
    what it was expected to cost.
    """
    asked = guarded.asked
    for decision in guarded.decisions:
        is_unsent = decision.is_end and decision.stage in BEFORE_THE_CALL
        yield GuardrailRecord(
            timestamp_us=asked.epoch_us,
            request_id=asked.request_id,
            guardrail=decision.guardrail.name,
            action=decision.action,
            team=asked.team,
            project=asked.project,
            severity=decision.guardrail.severity,
            detail=decision.detail,
            stage=decision.stage,
            findings=decision.findings,
            provider=spend.provider,
            model=spend.model,
            cost_estimated=None if is_unsent or spend.cost_usd is None else float(spend.cost_usd),
            cost_avoided=float(spend.expected_usd) if is_unsent and spend.expected_usd is not None else None,
        )
