"""Share the time of a call among the targets that may still have a turn."""

from __future__ import annotations

import math
from collections.abc import Sequence

from finops_router.call.call import Call, now_s
from finops_router.call.services import Services
from finops_router.calls import Target

NEARLY = 0.9
PLENTY_S = 120.0  # an equal part of at least this is enough for each
RESERVED = 1.5  # times the expected time is kept of the deadline for each target that is still to come


def fair_end_s(services: Services, call: Call, target: Target, to_come: Sequence[Target]) -> float:
    """Return when `target` must have started to answer, so that those `to_come` get their share of the deadline.

    They get what they are expected to need and half as much again; if there is not enough, an equal part each.
    Nothing has to be estimated if the limit of the try itself leaves them nearly as much (then it is infinite), or if
    there is plenty for all.
    """
    if not to_come:
        return math.inf
    at_s = now_s()
    left_s = call.deadline_s - at_s
    equal_s = left_s / (len(to_come) + 1)
    takes_s = target.attempt_timeout_s
    if takes_s is not None and left_s - takes_s >= NEARLY * (left_s - equal_s):
        return math.inf
    if equal_s >= PLENTY_S:
        return at_s + equal_s
    outlook = services.outlook(call)
    needed_s = sum(outlook.ms(call.request, other) for other in to_come) / 1000 * RESERVED
    return call.deadline_s - min(needed_s, left_s - equal_s)
