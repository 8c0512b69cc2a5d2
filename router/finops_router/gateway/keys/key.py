"""Define what a key is to the gateway: whose it is and what it may do; the secret itself is not part of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from finops_router.calendar import Period
from finops_router.errors import RouterError

Reason = Literal["unknown", "revoked", "expired"]


@dataclass(frozen=True, slots=True)
class KeyBudget:
    """What all calls with a key may cost together in each `period` of the report's calendar; it is a hard budget."""

    amount_usd: Decimal
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as its owner made it; a frozen value that is the same before and after a rotation.

    `id` is public: lists, logs and messages show it. `groups` are the model groups it may ask for, None is all.
    `requests_per_minute`, `tokens_per_minute` and `concurrency` are None if they have no limit. `expires_us` is in
    microseconds since 1970 UTC, None never. `team`, `project` and `environment` are what its calls are booked on.
    """

    id: str
    name: str
    team: str | None = None
    project: str | None = None
    environment: str | None = None
    groups: frozenset[str] | None = None
    budgets: tuple[KeyBudget, ...] = ()
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    concurrency: int | None = None
    created_us: int = 0
    expires_us: int | None = None
    revoked_us: int | None = None

    def may_ask(self, group: str) -> bool:
        """Return whether the key may ask for the model group `group`."""
        return self.groups is None or group in self.groups


class KeyRefused(RouterError):  # noqa: N818 -- named by what happened, as those of finops_router.errors
    """What was presented opens nothing: always with the same words, whatever the `reason`.

    `reason` is for the operator's own log and for counts. A client must not be told: it would learn which keys exist.
    """

    error_type = "key_refused"

    def __init__(self, reason: Reason) -> None:
        super().__init__("The key is not valid", "present a key made with: finops-report keys add")
        self.reason = reason
