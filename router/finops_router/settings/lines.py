"""Find the line of every table and key of a TOML text, which tomllib does not tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
QUOTES = str.maketrans("", "", "\"' ")
FENCE = re.compile(r'"""|' + "'''")
LAST_PART = re.compile(r"(\[\d+\]|\.?[^.\[\]]+)$")


def lines_of(text: str) -> dict[str, int]:
    """Return the line of every table and key by its full name, as 'router.groups.chat.targets[0].model'.

    What stands in several lines or in braces is known by its beginning alone.
    """
    found: dict[str, int] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    table = ""
    for number, line in _outside_long_texts(text):
        if header := HEADER.match(line):
            table = header[2].translate(QUOTES)
            _note(found, table, number)
            if header[1] == "[[":
                counts[table] += 1
                table = f"{table}[{counts[table] - 1}]"
                found.setdefault(table, number)
        elif key := KEY.match(line):
            name = key[1].translate(QUOTES)
            _note(found, f"{table}.{name}" if table else name, number)
    return found


def line_of(full_name: str, lines: dict[str, int]) -> int | None:
    """Return the line of `full_name`, or of the nearest thing around it that has one; None if nothing has."""
    while full_name and full_name not in lines:
        full_name = LAST_PART.sub("", full_name, count=1)
    return lines.get(full_name)


def _note(found: dict[str, int], full_name: str, number: int) -> None:
    """Note the line of `full_name`, and of what it lies in unless that was seen before."""
    while full_name:
        found.setdefault(full_name, number)
        full_name = LAST_PART.sub("", full_name, count=1)


def _outside_long_texts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, without those that begin within a text of several lines."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not fence:
            yield number, line
        for mark in FENCE.findall(line):
            if not fence:
                fence = mark
            elif mark == fence:
                fence = ""
