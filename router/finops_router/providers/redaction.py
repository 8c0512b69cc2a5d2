"""Take keys out of a provider's own words, where even what may be a mere id must not stand."""

from __future__ import annotations

import re
from collections.abc import Collection

from finops_router import redaction
from finops_router.redaction import MASK

IDS = re.compile(r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b")  # some keys look like one
MOST_CHARACTERS = 300  # of a provider's words in an error
LEAST_CHARACTERS = 6  # what is shorter is a word that may stand in any text: 'none', 'test'
SECRET_HEADER = re.compile(r"(?i)key|auth|token|secret|cookie|password")


def without_secrets(text: str, known: Collection[str] = ()) -> str:
    """Return `text` with `[secret]` for each of the `known` secrets and for everything that looks like a key."""
    return IDS.sub(MASK, redaction.without_secrets(text, known))


def secrets_in(headers: dict[str, str], *keys: str) -> tuple[str, ...]:
    """Return the values that must never be seen, the longest first: `keys`, and what secret `headers` hold."""
    values = {value for name, value in headers.items() if SECRET_HEADER.search(name)}
    values |= {value.partition(" ")[2] for value in values} | set(keys)
    return tuple(sorted((value for value in values if len(value) >= LEAST_CHARACTERS), key=len, reverse=True))
