"""One target's turn in a call."""

from __future__ import annotations

import msgspec

from finops_router.calls import Target


class Turn(msgspec.Struct, frozen=True):
    """One target's turn; `despite_cooldown`: it is asked although it cools down, as the call has no time to wait."""

    target: Target
    despite_cooldown: bool = False
