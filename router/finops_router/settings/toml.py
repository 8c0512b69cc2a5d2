"""Hand out the checked values of one TOML table; every complaint names file, key and the way out."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from finops_router.errors import ConfigError

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
KEY = re.compile(r"\s*([\w.\"-]+)\s*=")


def lines_of(text: str) -> dict[str, int]:
    """Return the line of every table and key of a TOML text by its full name, as 'router.groups.chat.targets[0].model'.

    tomllib does not tell them; what stands in several lines or in braces is known by its beginning alone.
    """
    found: dict[str, int] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            table = header[2].replace('"', "")
            if header[1] == "[[":
                found.setdefault(table, number)
                counts[table] += 1
                table = f"{table}[{counts[table] - 1}]"
            found.setdefault(table, number)
        elif key := KEY.match(line):
            name = key[1].replace('"', "")
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


class Section:
    """One table of the file: hands out its values, checked, and knows how to complain about them.

    `lines` are those of tables and keys by their full names (`lines_of`).
    """

    def __init__(self, file: str, name: str, table: object, lines: Mapping[str, int]) -> None:
        self.file, self.name, self._lines = file, name, lines
        if not isinstance(table, dict):
            raise ConfigError(f"Not a table in {self.where(name)}: {name}", f"write it as [{name}]")
        self._table: dict[str, object] = table

    def where(self, full_name: str) -> str:
        """Return the file and, where it is known, the line of `full_name`."""
        line = self._lines.get(full_name)
        return self.file if line is None else f"{self.file}, line {line}"

    def only(self, known: Iterable[str]) -> None:
        """Raise ConfigError for the first key that is not in `known`, with the nearest that is."""
        for key in self._table:
            if key not in (valid := sorted(known)):
                near = difflib.get_close_matches(key, valid, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(valid)}"
                raise ConfigError(f"Unknown key in {self.where(f'{self.name}.{key}')}: {self.name}.{key}", hint)

    def wrong(self, key: str, hint: str) -> ConfigError:
        """Return the complaint about the value of `key`, which may be missing."""
        if key not in self._table:
            return ConfigError(f"Missing key in {self.where(self.name)}: {self.name}.{key}", hint)
        value = self._table[key]
        shown = str(value) if isinstance(value, Decimal) else repr(value)
        name = f"{self.name}.{key}"
        return ConfigError(f"Value cannot be used in {self.where(name)}: {name} = {shown}", hint)

    def has(self, key: str) -> bool:
        return key in self._table

    def text(self, key: str) -> str:
        value = self._table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "give a text in quotes")
        return value

    def optional(self, key: str) -> str | None:
        """A text; None where it is missing."""
        return self.text(key) if key in self._table else None

    def number(self, key: str, default: float) -> float:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 < float(value) < 1e9:
            raise self.wrong(key, "give a number above 0")
        return float(value)

    def count(self, key: str, default: int) -> int:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1_000_000_000:
            raise self.wrong(key, "give a whole number above 0")
        return value

    def bound(self, key: str) -> int | None:
        """A whole number above 0; None where it is missing: no bound."""
        return self.count(key, 1) if key in self._table else None

    def share(self, key: str, default: float, most: float = 1.0) -> float:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 <= float(value) <= most:
            raise self.wrong(key, f"give a number from 0 to {most:g}")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "give true or false")
        return value

    def words(self, key: str, known: tuple[str, ...] = ()) -> frozenset[str]:
        """A list of texts, each one of `known` where these are given."""
        value = self._table.get(key)
        if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
            raise self.wrong(key, "give a list of texts in quotes")
        if known and (wrong := set(value) - set(known)):
            raise self.wrong(key, f"known are: {', '.join(known)}; not {', '.join(sorted(wrong))}")
        return frozenset(value)

    def usd(self, key: str) -> Decimal | None:
        value = self._table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= float(value) < 1e9:
            raise self.wrong(key, "give US dollars, 0 or more")
        return Decimal(value)

    def day(self, key: str) -> date | None:
        value = self._table.get(key)
        if value is not None and type(value) is not date:
            raise self.wrong(key, "give a day without quotes, as 2026-10-01")
        return value

    def tables(self, key: str) -> list[Section]:
        """Return the sections of [[name.key]]; none where it is missing."""
        value = self._table.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"write it as [[{self.name}.{key}]]")
        return [Section(self.file, f"{self.name}.{key}[{i}]", one, self._lines) for i, one in enumerate(value)]

    def inner(self, key: str) -> Section:
        return Section(self.file, f"{self.name}.{key}", self._table.get(key, {}), self._lines)

    def keys(self) -> list[str]:
        return list(self._table)
