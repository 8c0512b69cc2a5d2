"""Make the secrets of keys and hash them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

PREFIX = "finops_key_"  # says what it is to people and to scanners for leaked secrets
RANDOM_BYTES = 32
LONGEST = 128  # of what is hashed: twice as long as any secret of ours


def new_secret(random: Callable[[int], bytes]) -> str:
    """Return a new secret of 256 bits from `random`, which returns so many bytes nobody can foresee (os.urandom)."""
    return PREFIX + base64.urlsafe_b64encode(random(RANDOM_BYTES)).decode("ascii").rstrip("=")


def hashed(secret: str) -> str:
    """Return the hash under which a secret is kept, in hexadecimal.

    SHA-256, once and without salt, is right for these: they are 256 random bits, so there is no list of likely ones to
    try, and no two are equal. A slow hash protects what people make up; here it would let anybody who presents
    nonsense keep the processor busy. Of what is longer than any secret only the beginning is hashed, for the same
    reason; no such thing is in the store.
    """
    return hashlib.sha256(secret[:LONGEST].encode("utf-8", "surrogatepass")).hexdigest()
