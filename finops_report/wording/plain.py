"""Make text from data harmless where it is printed as it is: on a terminal, and in a line of a mail."""

from __future__ import annotations

import re

# Marks that turn the direction of all that follows: a name could rewrite the line it stands in.
TURNING = "\u202a-\u202e\u2066-\u2069"
CONTROLS = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f{TURNING}\ud800-\udfff]")


def one_line(text: str) -> str:
    """Return a text on one line, each run of white space as one blank, and signs that are no letters as '\ufffd'."""
    return CONTROLS.sub("\ufffd", " ".join(text.split()))


def printable(text: str) -> str:
    """Return a text as a terminal can show it on one line: what would steer the terminal is written as its code."""
    return "".join(sign if sign.isprintable() else _code(sign) for sign in text)


def _code(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 0x100 else f"\\u{ord(sign):04x}"
