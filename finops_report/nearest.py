"""Name what a reader may have meant by an unknown name; the router, which imports nothing here, has the same."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], heading: str) -> str:
    """Return a hint: the nearest of `known`, in whatever case; if none is near, all of them after `heading`."""
    names = tuple(known)
    near = difflib.get_close_matches(name, names, n=1) or difflib.get_close_matches(name.lower(), names, n=1)
    return f"did you mean {near[0]}?" if near else f"{heading}: {', '.join(names)}"
