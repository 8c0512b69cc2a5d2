"""What is asked of a target before it is spared or left alone, and for how long."""

from __future__ import annotations

import msgspec


class HealthRules(msgspec.Struct, frozen=True, kw_only=True):
    """When a target is spared, when it cools down, and how long observations count.

    What it does counts by its last `window_requests` tries, those of the last `window_s` alone, if they are at least
    `min_requests`. If more than `failed_share_to_shed` of them failed, it is asked the less, the less it answers. If
    all of them failed, and nothing was answered for `min_outage_s`, it cools down; after a 429, and after any failure
    with a Retry-After, at once. It cools down for `cooldown_s`, twice as long each time the probe afterwards fails, at
    most for `cooldown_max_s`. A Retry-After is kept exactly, up to `retry_after_max_s`; a 429 without one counts as
    `rate_limit_cooldown_s`, doubling likewise and by chance up to half as long again, so that the processes it refused
    do not all come back at once. What was observed of a target loses half its weight every `half_life_s`.
    """

    failed_share_to_shed: float = 0.6
    window_requests: int = 15
    window_s: float = 60.0
    min_requests: int = 4
    min_outage_s: float = 2.0
    cooldown_s: float = 1.0
    cooldown_max_s: float = 4.0
    rate_limit_cooldown_s: float = 2.0
    retry_after_max_s: float = 300.0
    half_life_s: float = 120.0
