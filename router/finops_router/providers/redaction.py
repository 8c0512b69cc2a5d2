"""Take keys out of a text: those we know by their value, all others by their shape."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote

SHAPES = re.compile(
    r"(?i)(?P<kept>\b(?:bearer|basic)\s+)[\w.~+/=-]{6,}"
    r"|\b(?:sk|pk|gsk|key|xai|tgp|hf|r8|csk|fw|pplx|nvapi|ghp|glpat)[-_][\w-]{6,}"
    r"|\b(?-i:AIza)[\w-]{20,}|\b(?-i:AKIA|ASIA)[A-Z0-9]{12,}|\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"
    r"|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b"
)
MOST_CHARACTERS = 300  # of a provider's words in an error
LEAST_CHARACTERS = 6  # what is shorter is a word that may stand in any text: 'none', 'test'
SECRET_HEADER = re.compile(r"(?i)key|auth|token|secret|cookie|password")


def without_secrets(text: str, known: Collection[str] = ()) -> str:
    """Return `text` with `[secret]` for each of the `known` secrets and for everything that looks like a key."""
    for secret in known:
        for form in (secret, quote(secret, safe="")):
            text = text.replace(form, "[secret]")
    return SHAPES.sub(lambda found: f"{found['kept'] or ''}[secret]", text)


def secrets_in(headers: dict[str, str], *keys: str) -> tuple[str, ...]:
    """Return the values that must never be seen, the longest first: `keys`, and what secret `headers` hold."""
    values = {value for name, value in headers.items() if SECRET_HEADER.search(name)}
    values |= {value.partition(" ")[2] for value in values} | set(keys)
    return tuple(sorted((value for value in values if len(value) >= LEAST_CHARACTERS), key=len, reverse=True))
