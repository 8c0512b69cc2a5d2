"""Route LLM requests to providers by cost or by speed, and record every try."""

from router.attribution import attribution
from router.calls import Delta, Message, Reply, Request, Restart, Target, Tool, ToolCall, Usage
from router.config import RouterConfig, load, parse
from router.errors import (
    AllTargetsFailed,
    CallFailed,
    ConfigError,
    DeadlineExceeded,
    NoTargetFits,
    ProviderError,
    RouterError,
)
from router.router import Router
from router.usage import with_usage

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
