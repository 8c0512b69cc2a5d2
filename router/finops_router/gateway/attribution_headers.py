"""Read who a request is for, and how it is to be routed, from its headers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from finops_router.choice.strategies import STRATEGIES
from finops_router.gateway.problem import bad_request
from finops_router.nearest import did_you_mean

PREFIX = b"x-finops-"
NAMES = (
    *("team", "project", "environment", "end-user", "tags"),
    *("strategy", "region", "max-cost-usd", "max-latency-ms", "stream"),
)
ONE_OF: Mapping[str, Collection[str]] = {"strategy": STRATEGIES, "stream": ("live", "whole")}
MOST_CHARACTERS = 256
MOST_TAGS = 32


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """What the headers say; None is left to the request, its key and its group.

    `stream` is 'live' (as by default) or 'whole': then nothing of a streamed answer is sent before all of it is there.
    """

    team: str | None = None
    project: str | None = None
    environment: str | None = None
    end_user: str | None = None
    strategy: str | None = None
    region: str | None = None
    tags: Mapping[str, str] = msgspec.field(default_factory=dict)
    max_cost_usd: Decimal | None = None
    max_latency_ms: float | None = None
    stream: str | None = None


NOBODY = Attribution()


def attribution_of(headers: Iterable[tuple[bytes, bytes]]) -> Attribution:
    """Return what the `x-finops-` headers say; raises Refusal for one that nobody knows, or that says nonsense."""
    sent = [(name, value) for name, value in headers if name.startswith(PREFIX)]
    if not sent:
        return NOBODY
    found: dict[str, object] = {}
    for raw_name, raw_value in sent:
        name, value = raw_name[len(PREFIX) :].decode("latin-1"), raw_value.decode("latin-1").strip()
        if name not in NAMES:
            hint = did_you_mean(name, NAMES, "known are")
            raise bad_request(f"Unknown header x-finops-{name}: {hint}", "unknown_header")
        if len(value) > MOST_CHARACTERS * (MOST_TAGS if name == "tags" else 1):
            raise bad_request(f"The header x-finops-{name} is too long", "invalid_header")
        if value:
            if name in ONE_OF and value not in ONE_OF[name]:
                raise bad_request(f"No such {name}: {value}; known are {', '.join(ONE_OF[name])}", "invalid_header")
            found[name.replace("-", "_")] = _read(name, _as_text(value))
    return Attribution(**found)  # type: ignore[arg-type] # each is read as its field is


def _as_text(value: str) -> str:
    """Return a header's text, which clients send as UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


def _read(name: str, value: str) -> object:
    if name == "tags":
        return _tags(value)
    if name == "max-cost-usd":
        return Decimal(_number(name, value))
    return float(_number(name, value)) if name == "max-latency-ms" else value


def _number(name: str, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not (number.is_finite() and 0 < number < 1_000_000_000):
        raise bad_request(f"The header x-finops-{name} is no number above 0: {value}", "invalid_header")
    return value


def _tags(value: str) -> dict[str, str]:
    """Return the tags of 'feature=chat, urgency=batch'."""
    found = {}
    for part in value.split(","):
        key, equals, tag = part.partition("=")
        if not equals or not key.strip() or len(part) > MOST_CHARACTERS:
            raise bad_request(
                f"The header x-finops-tags is not written as key=value, key=value: {part}", "invalid_header"
            )
        found[key.strip()] = tag.strip()
    if len(found) > MOST_TAGS:
        raise bad_request(f"The header x-finops-tags has more than {MOST_TAGS} tags", "invalid_header")
    return found
