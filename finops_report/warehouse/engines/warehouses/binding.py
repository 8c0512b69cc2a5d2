"""Bind values of a statement as the driver of a warehouse takes them; whole numbers stand in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping


def bound_in_order(text: str, values: Mapping[str, object]) -> tuple[str, object]:
    """Return a statement with a question mark for each value that it names, and these values in their order.

    Whole numbers stand in the text: two question marks of one value are two things to what groups by an expression.
    """
    if not values:
        return text, []
    names = re.compile(rf":({'|'.join(values)})\b")
    bound = [values[name] for name in names.findall(text) if not isinstance(values[name], int)]
    return names.sub(lambda match: _in_text(values[match[1]]), text), bound


def named_in_text(text: str, values: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Return a statement with the whole numbers that it names in its text, and what else it names, by name."""
    if not values:
        return text, {}
    names = re.compile(rf":({'|'.join(values)})\b")
    named = {name: values[name] for name in names.findall(text) if not isinstance(values[name], int)}
    return names.sub(lambda match: str(values[match[1]]) if match[1] not in named else match[0], text), named


def _in_text(value: object) -> str:
    return str(value) if isinstance(value, int) else "?"
