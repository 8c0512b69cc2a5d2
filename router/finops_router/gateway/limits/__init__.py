"""Keep keys within their limits: requests and tokens a minute, and calls at once, over all workers of a host."""

from finops_router.gateway.limits.limits import Admission, LimitReached, Limits

__all__ = ["Admission", "LimitReached", "Limits"]
