"""Put a pattern of names, as DuckDB's GLOB has it, into a regular expression for databases that have none."""

from __future__ import annotations

import re

BACKSLASHED = r"\\\1"
SPECIAL = re.compile(r"([\\^$.|?*+()\[\]{}])")
IN_SET = re.compile(r"([\\^\[\]])")
NEVER = "^a^"  # what a set or an escape that does not end is like: nothing


def regular_expression(pattern: str) -> str:
    """Return an expression that matches all that the pattern does: * any text, ? a letter, [...] one of a set."""
    found, at = [], 0
    while at < len(pattern):
        sign = pattern[at]
        end = _end_of_set(pattern, at) if sign == "[" else at + (sign == "\\")
        if not at <= end < len(pattern):
            return NEVER
        if sign == "[":
            found.append(_set(pattern[at + 1 : end]))
        else:
            found.append({"*": ".*", "?": "."}.get(sign) or SPECIAL.sub(BACKSLASHED, pattern[end]))
        at = end + 1
    return f"^(?:{''.join(found)})$"


def _end_of_set(pattern: str, at: int) -> int:
    begin = at + 2 if pattern[at + 1 : at + 2] == "!" else at + 1
    return pattern.find("]", begin + 1)


def _set(inner: str) -> str:
    is_without = inner.startswith("!")
    letters = inner[1:] if is_without else inner
    return f"[{'^' if is_without else ''}{IN_SET.sub(BACKSLASHED, letters)}]"
