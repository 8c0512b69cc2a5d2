"""Name what a reader may have meant by a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], kind: str) -> str:
    """Return a hint: the nearest of `known`, or all of them after 'known <kind>'; upper and lower case count as one."""
    names = tuple(known)
    near = difflib.get_close_matches(name, names, n=1) or difflib.get_close_matches(name.lower(), names, n=1)
    return f"did you mean {near[0]}?" if near else f"known {kind}: {', '.join(names)}"
