"""Write tables of settings as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Plain = str | int | float | bool | list[str]
BARE = re.compile(r"[A-Za-z0-9_-]+")


def table(path: Sequence[str], values: Mapping[str, Plain], *, is_one_of_many: bool = False) -> Iterator[str]:
    """Yield the lines of a table, its header first."""
    name = ".".join(map(key, path))
    yield f"[[{name}]]" if is_one_of_many else f"[{name}]"
    for one, value in values.items():
        yield f"{key(one)} = {written(value)}"
    yield ""


def key(name: str) -> str:
    """Return a key, in quotes if it needs any."""
    return name if BARE.fullmatch(name) else written(name)


def written(value: Plain) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return repr(value)
