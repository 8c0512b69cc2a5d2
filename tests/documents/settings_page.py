"""Say every setting as the one reader of finops.toml knows it: what it is called, what it takes, what it is for.

Names come from the reader, which is watched while it reads the example; what a setting takes comes from the hint that
the reader gives when it finds nonsense there; values and meanings come from the example's lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.reader import read_whole
from finops_router.settings.toml import Table

EXAMPLE = Path(__file__).parents[2] / "finops.example.toml"
HEADER = re.compile(r"(?:# )?(\[\[?[\w.]+\]\]?)$")
SETTING = re.compile(r"(?:# )?([a-z_0-9]+) = (\S.*)$")
NAMED = re.compile(r"(router\.(?:groups|providers|teams)|statement\.(?:teams|fixed_shares))\.\w+")
NONSENSE = "12:00:00"  # a time of day: no setting is one


@dataclass
class Explained:
    """Settings that stand together: each with the line and the value it has in the example, and what they are for."""

    meaning: str
    settings: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass
class Described:
    """A table of finops.toml: its header, what it is for, and its settings."""

    header: str
    introduction: list[str] = field(default_factory=list)
    groups: list[Explained] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        return {key for group in self.groups for _, key, _ in group.settings}


def open_name(name: str) -> str:
    """Return the name of a table with a place for what its user calls it: router.groups.NAME.targets."""
    return NAMED.sub(r"\1.NAME", re.sub(r"\[\d+\]", "", name).strip("[]"))


def described(lines: Iterable[str]) -> dict[str, Described]:
    """Return the tables of the example by their names, in its order."""
    found: dict[str, Described] = {}
    comments: list[str] = []
    table, group = Described(""), None
    for number, line in enumerate(lines):
        if header := HEADER.match(line):
            name = open_name(header[1])
            table = found.setdefault(name, Described(NAMED.sub(r"\1.NAME", header[1])))
            table.introduction += [" ".join(comments)] if comments else []
            comments, group = [], None
        elif setting := SETTING.match(line):
            if comments or group is None:
                group = Explained(" ".join(comments))
                table.groups.append(group)
            group.settings.append((number, setting[1], setting[2]))
            comments = []
        else:
            comments = [*comments, line.removeprefix("#").strip()] if line.startswith("#") else []
    return found


def whole_example() -> list[str]:
    """Return the lines of the example with its settings in force, but for the rate: US dollars have none."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# ") if is_told(line) and "currency_rate" not in line else line for line in lines]


def is_told(line: str) -> bool:
    """Whether a line of the example is the header of a table or a setting, in force or not."""
    return bool(HEADER.match(line) or SETTING.match(line))


def known_keys() -> dict[str, set[str]]:
    """Return what the reader looks for in each table, by watching it read."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    only = Table.only

    def watched(table: Table, known: Iterable[str]) -> None:
        keys = list(known)
        found[open_name(table.name)] |= set(keys)
        only(table, keys)

    with patch.object(Table, "only", watched):
        read_whole("\n".join(whole_example()), "finops.toml")
    return dict(found)


def taken(number: int, key: str) -> str:
    """Return what the setting in a line of the example takes, in the reader's words."""
    lines = whole_example()
    lines[number] = f"{key} = {NONSENSE}"
    with pytest.raises(ConfigError, match=key) as refused:
        read_whole("\n".join(lines), "finops.toml")
    hint = refused.value.hint
    return "as here" if hint.startswith("write it as [") else hint


def page() -> str:
    """Return the reference: a heading for each table, a line for each setting."""
    tables = described(EXAMPLE.read_text(encoding="utf-8").splitlines())
    first = {name.partition(".")[0]: name for name in reversed(tables)}
    return "".join(_section(table, "##" if name in first.values() else "###") for name, table in tables.items())


def _section(table: Described, level: str) -> str:
    introduction = "".join(f"\n{text}\n" for text in table.introduction)
    rows = "".join(_rows(table.groups))
    head = "| setting | how to write it | what it is for |\n| --- | --- | --- |\n"
    return f"\n{level} `{table.header}`\n{introduction}" + (f"\n{head}{rows}" if rows else "")


def _rows(groups: Iterable[Explained]) -> Iterator[str]:
    """Yield a line for each group; a setting that has its words already comes again only if there are more of them."""
    told: set[str] = set()
    for group in groups:
        new = [one for one in group.settings if one[1] not in told]
        shown = new or (group.settings if group.meaning else [])
        if shown:
            settings = "<br>".join(f"`{key} = {value}`" for _, key, value in shown)
            takes = "<br>".join(dict.fromkeys(taken(number, key) for number, key, _ in shown))
            yield f"| {_cell(settings)} | {_cell(takes)} | {_cell(group.meaning)} |\n"
        told |= {key for _, key, _ in group.settings}


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
