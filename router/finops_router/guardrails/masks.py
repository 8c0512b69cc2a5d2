"""Put a mask in the place of what was found in a text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from finops_router.guardrails.contract import Finding

Find = Callable[[str], Sequence[Finding]]


def mask(kind: str) -> str:
    """Return what stands in the place of a finding."""
    return f"[{kind}]"


def apart(found: Iterable[Finding]) -> list[Finding]:
    """Return findings in their order without those that overlap an earlier one: those are made part of it."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if kept and one.start < kept[-1].end:
            first = kept[-1]
            if one.end > first.end:
                kept[-1] = Finding(first.start, one.end, first.kind, first.closes)
        elif one.start < one.end:
            kept.append(one)
    return kept


def masked(text: str, found: Sequence[Finding]) -> str:
    """Return `text` with a mask for each of `found`, which are in order and apart."""
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start], mask(one.kind)]
        at = one.end
    return "".join((*parts, text[at:]))


def masked_arguments(text: str, find: Find) -> str:
    """Return the JSON of a tool's arguments with masks in its texts and numbers; still JSON if it was."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return masked(text, apart(find(text)))
    return json.dumps(_masked_value(value, find), ensure_ascii=False)


def _masked_value(value: Any, find: Find) -> Any:
    if isinstance(value, dict):
        return {_masked_value(key, find): _masked_value(one, find) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked_value(one, find) for one in value]
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    found = apart(find(text)) if text else []
    return masked(text, found) if found else value
