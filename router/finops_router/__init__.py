"""Route LLM requests to providers by cost or by speed, and record every attempt.

A name is imported when it is first asked for: who reads settings or loads a journal does not load the router.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from finops_router.attribution import attribution  # now: its module has the same name and would be found instead

if TYPE_CHECKING:
    from finops_router.calls import (
        Attempt,
        Delta,
        EmbeddingReply,
        EmbeddingRequest,
        Message,
        Reply,
        Request,
        Restart,
        Served,
        Target,
        Tool,
        ToolCall,
        Usage,
    )
    from finops_router.errors import (
        AllTargetsFailed,
        CallFailed,
        ConfigError,
        DeadlineExceeded,
        GuardrailBlocked,
        NoTargetFits,
        ProviderError,
        RouterError,
    )
    from finops_router.guardrails.contract import Finding, Guardrail
    from finops_router.instruments.instrument import instrument
    from finops_router.pricing.priced_record import with_usage
    from finops_router.router import Router
    from finops_router.settings.reader import load, parse
    from finops_router.settings.router import RouterConfig

_PLACES = {
    "calls": (
        "Attempt",
        "Delta",
        "EmbeddingReply",
        "EmbeddingRequest",
        "Message",
        "Reply",
        "Request",
        "Restart",
        "Served",
        "Target",
        "Tool",
        "ToolCall",
        "Usage",
    ),
    "errors": (
        *("AllTargetsFailed", "CallFailed", "ConfigError", "DeadlineExceeded", "GuardrailBlocked"),
        *("NoTargetFits", "ProviderError", "RouterError"),
    ),
    "guardrails.contract": ("Finding", "Guardrail"),
    "instruments.instrument": ("instrument",),
    "pricing.priced_record": ("with_usage",),
    "router": ("Router",),
    "settings.reader": ("load", "parse"),
    "settings.router": ("RouterConfig",),
}

__all__ = [
    "AllTargetsFailed",
    "Attempt",
    "CallFailed",
    "ConfigError",
    "DeadlineExceeded",
    "Delta",
    "EmbeddingReply",
    "EmbeddingRequest",
    "Finding",
    "Guardrail",
    "GuardrailBlocked",
    "Message",
    "NoTargetFits",
    "ProviderError",
    "Reply",
    "Request",
    "Restart",
    "Router",
    "RouterConfig",
    "RouterError",
    "Served",
    "Target",
    "Tool",
    "ToolCall",
    "Usage",
    "attribution",
    "instrument",
    "load",
    "parse",
    "with_usage",
]


def __getattr__(name: str) -> object:
    for place, names in _PLACES.items():
        if name in names:
            found: object = getattr(import_module(f"finops_router.{place}"), name)
            globals()[name] = found  # asked for once
            return found
    raise AttributeError(f"module 'finops_router' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
