"""Route LLM requests to providers by cost or by speed, and record every try."""

from router.calls import Delta, Message, Reply, Request, Restart, Target, Usage
from router.config import RouterConfig, load, parse
from router.errors import (
    AllTargetsFailed,
    CallFailed,
    ConfigError,
    DeadlineExceeded,
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
    "ProviderError",
    "Reply",
    "Request",
    "Restart",
    "Router",
    "RouterConfig",
    "RouterError",
    "Target",
    "Usage",
    "load",
    "parse",
    "with_usage",
]
