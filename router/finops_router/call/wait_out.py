"""Wait for a better target that asked to be left alone for a short time, although another could answer."""

from __future__ import annotations

import asyncio

from finops_router.call.call import Call, now_s
from finops_router.call.services import Services
from finops_router.calls import Target
from finops_router.choice.strategies import StrategySettings
from finops_router.choice.waiting import is_worth_waiting
from finops_router.errors import RateLimited


async def waited_out(
    services: Services, call: Call, settings: StrategySettings, better: Target, rival: Target | None
) -> bool:
    """Wait until `better` may be asked again, if it asked for a wait that is worth it; return whether it may.

    That is so after a 429 alone: it says when there is room again, a 503 only hopes so. One call waits and then probes
    the target; the others that it refused go to their rivals at once. Without a rival nothing is decided here: the call
    has all its time to wait.
    """
    if call.entries[-1].attempt.error_type != RateLimited.error_type:
        return False
    circuit = services.health.circuit(better)
    wait_s = circuit.asked_until_s - now_s()
    if wait_s <= 0 or circuit.is_awaited or rival is None:
        return False
    outlook = services.outlook(call)
    if now_s() + wait_s + outlook.ms(call.request, better) / 1000 >= call.deadline_s:
        return False
    if not is_worth_waiting(call.strategy, settings, call.request, outlook, better, rival):
        return False
    circuit.is_awaited = True
    try:
        await asyncio.sleep(wait_s)
    finally:
        circuit.is_awaited = False
    return not services.health.is_cooling_down(better, now_s())
