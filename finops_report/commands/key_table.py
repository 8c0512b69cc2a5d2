"""Show the keys of the gateway: as a table for people, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from finops_report.wording.plain import printable

if TYPE_CHECKING:
    from finops_router.gateway.keys import Key
    from finops_router.gateway.keys.store import Secret

HEADINGS = ("id", "name", "team", "project", "works", "groups", "limits", "budgets")


def as_table(keys: Iterable[Key], now_us: int) -> str:
    """Return a heading and a line a key, in columns; a sentence if there are none."""
    rows = [tuple(printable(cell) for cell in _cells(key, now_us)) for key in keys]
    if not rows:
        return "no keys yet: make one with finops-report keys add NAME\n"
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (HEADINGS, *rows))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def as_json(keys: Iterable[Key], secrets: Iterable[Secret], now_us: int) -> list[dict[str, Any]]:
    """Return the keys as JSON has them: amounts as texts, times in ISO 8601, and how many secrets open each."""
    open_for = [one.key_id for one in secrets if one.ends_us is None or one.ends_us > now_us]
    return [
        {
            "id": key.id,
            "name": key.name,
            "team": key.team,
            "project": key.project,
            "environment": key.environment,
            "groups": None if key.groups is None else sorted(key.groups),
            "budgets": [{"amount_usd": str(one.amount_usd), "period": one.period} for one in key.budgets],
            "requests_per_minute": key.requests_per_minute,
            "tokens_per_minute": key.tokens_per_minute,
            "concurrency": key.concurrency,
            "created": _moment(key.created_us),
            "expires": _moment(key.expires_us),
            "revoked": _moment(key.revoked_us),
            "state": _state(key, now_us),
            "secrets": open_for.count(key.id),
        }
        for key in keys
    ]


def _cells(key: Key, now_us: int) -> tuple[str, ...]:
    limits = (
        (key.requests_per_minute, "requests/min"),
        (key.tokens_per_minute, "tokens/min"),
        (key.concurrency, "at once"),
    )
    return (
        key.id,
        key.name,
        key.team or "-",
        key.project or "-",
        _until(key, now_us),
        "all" if key.groups is None else " ".join(sorted(key.groups)),
        ", ".join(f"{limit} {unit}" for limit, unit in limits if limit is not None) or "none",
        ", ".join(f"{one.amount_usd:f} USD/{one.period}" for one in key.budgets) or "none",
    )


def _until(key: Key, now_us: int) -> str:
    state = _state(key, now_us)
    if state != "active":
        return state
    return "always" if key.expires_us is None else f"until {_moment(key.expires_us, '%Y-%m-%d')}"


def _state(key: Key, now_us: int) -> str:
    if key.revoked_us is not None:
        return "revoked"
    return "expired" if key.expires_us is not None and key.expires_us <= now_us else "active"


def _moment(us: int | None, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str | None:
    return None if us is None else datetime.fromtimestamp(us // 1_000_000, UTC).strftime(form)
