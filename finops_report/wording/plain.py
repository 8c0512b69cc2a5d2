"""Make text from data harmless where it is printed as it is: on a terminal, and in a line of a mail."""

from __future__ import annotations

import re
import unicodedata

# Marks that turn the direction of all that follows: a name could rewrite the line it stands in.
TURNING = "\u202a-\u202e\u2066-\u2069"
CONTROLS = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f{TURNING}\ud800-\udfff]")

# White space but the blanks that no line may end at, which numbers have within them.
SPACE = re.compile(r"[^\S\u00a0\u202f]+")


def one_line(text: str) -> str:
    """Return a text on one line, each run of white space as one blank, and signs that are no letters as '\ufffd'.

    No-break spaces stay.
    """
    return CONTROLS.sub("\ufffd", SPACE.sub(" ", text).strip())


def printable(text: str) -> str:
    """Return a text as a terminal can show it on one line: what would steer the terminal is written as its code.

    Blanks of any width are plain ones, and left-to-right marks, which dates in Arabic have, are left out.
    """
    return "".join(sign if sign.isprintable() else _shown(sign) for sign in text)


def _shown(sign: str) -> str:
    if sign == "\N{LEFT-TO-RIGHT MARK}":
        return ""
    return " " if unicodedata.category(sign) == "Zs" else _code(sign)


def _code(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 0x100 else f"\\u{ord(sign):04x}"
