"""One target's turn in a call."""

from __future__ import annotations

import math

import msgspec

from finops_router.calls import Target


class Turn(msgspec.Struct, frozen=True):
    """One target's turn; without an answer it must have started by `ends_s`, its fair share of the deadline.

    `despite_cooldown`: it is asked although it is cooling down, because the call has no time left to wait.
    """

    target: Target
    ends_s: float = math.inf
    despite_cooldown: bool = False
