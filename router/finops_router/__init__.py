"""Route LLM requests to providers by cost or by speed, and record every attempt."""

from finops_router.attribution import attribution
from finops_router.calls import Delta, Message, Reply, Request, Restart, Target, Tool, ToolCall, Usage
from finops_router.errors import (
    AllTargetsFailed,
    CallFailed,
    ConfigError,
    DeadlineExceeded,
    NoTargetFits,
    ProviderError,
    RouterError,
)
from finops_router.pricing.priced_record import with_usage
from finops_router.router import Router
from finops_router.settings.router import RouterConfig, load, parse

__all__ = [
    "AllTargetsFailed",
    "CallFailed",
    "ConfigError",
    "DeadlineExceeded",
    "Delta",
    "Message",
    "NoTargetFits",
    "ProviderError",
    "Reply",
    "Request",
    "Restart",
    "Router",
    "RouterConfig",
    "RouterError",
    "Target",
    "Tool",
    "ToolCall",
    "Usage",
    "attribution",
    "load",
    "parse",
    "with_usage",
]
