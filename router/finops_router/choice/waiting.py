"""Judge whether a better target that asks for a short wait is worth it, although another could answer at once."""

from __future__ import annotations

from finops_router.calls import AnyRequest, Target
from finops_router.choice.expectations import Outlook
from finops_router.choice.strategies import StrategySettings, burden_usd


def is_worth_waiting(
    strategy: str | None,
    settings: StrategySettings,
    request: AnyRequest,
    outlook: Outlook,
    better: Target,
    rival: Target,
) -> bool:
    """Return whether `better`, once its cooldown is over, is still better than `rival` at once.

    Strategies that count time compare with it; to the others a wait of up to `retry_after_wait_s` is nothing.
    """
    wait_s = outlook.cooldown_s(better)
    if strategy == "performance-first":
        return wait_s * 1000 + outlook.ms(request, better) <= outlook.ms(request, rival)
    if strategy == "balanced":
        is_unpriced, usd = burden_usd(request, better, outlook, settings)
        return (is_unpriced, usd + wait_s * settings.usd_per_second) <= burden_usd(request, rival, outlook, settings)
    return wait_s <= settings.retry_after_wait_s
