"""Tell JSON by its letters, for databases that cannot be asked whether a text is JSON."""

from __future__ import annotations

SPACE = r"[ \t\n\r]*"
TEXT = r'"([^"\\[:cntrl:]]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
SCALAR = rf"({TEXT}|-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?|true|false|null)"


def _nested(value: str) -> str:
    """Return a pattern of a value, and of lists and objects of such values."""
    one, pair = f"{SPACE}{value}{SPACE}", f"{SPACE}{TEXT}{SPACE}:{SPACE}{value}{SPACE}"
    return rf"({value}|\[({SPACE}|{one}(,{one})*)\]|\{{({SPACE}|{pair}(,{pair})*)\}})"


JSON_PATTERN = f"^{SPACE}{_nested(_nested(SCALAR))}{SPACE}$"
