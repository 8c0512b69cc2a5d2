"""Hand out the checked values of one TOML table; every error names file, line, key and the way out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeGuard

from finops_router.errors import ConfigError
from finops_router.nearest import did_you_mean
from finops_router.settings.lines import line_of, lines_of

MOST = 1_000_000_000  # of any number: beyond it is a slip
LONGEST_REASON = 300
BYTE_ORDER_MARK = "\ufeff"


def read_text(path: Path) -> str:
    """Return the text of the settings at `path`. Raises ConfigError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise ConfigError(f"The settings cannot be read: {path}", "check the path given to --config") from err


def whole(text: str, file: str) -> Table:
    """Return the table that holds all others of the TOML `text`; `file` is what errors call it.

    Raises ConfigError if `text` is not TOML.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as err:
        raise ConfigError(f"Not valid TOML: {file}: {_brief(str(err))}", "compare it with finops.example.toml") from err
    except (ValueError, RecursionError) as err:
        reason = "a number of thousands of digits" if isinstance(err, ValueError) else "too many tables within tables"
        raise ConfigError(f"Not valid TOML: {file}: {reason}", "compare it with finops.example.toml") from err
    return Table(file, "", content, lines_of(text))


def _brief(reason: str) -> str:
    """Return `reason` without its middle if it is long, as of a name of a thousand parts: its end says the line."""
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:200]} ... {reason[-60:]}"


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Whether `value` is a number that can be compared: not true, false, infinite or 'not a number'."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, float) or is_whole(value)


def is_whole(value: object) -> TypeGuard[int]:
    """Whether `value` is a whole number: true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)


class Table:
    """One table of the file by its full `name` ('' is the whole file): hands out its values, checked.

    `lines` are those of tables and keys by their full names (`lines_of`). Raises ConfigError if `table` is none.
    """

    def __init__(self, file: str, name: str, table: object, lines: dict[str, int]) -> None:
        self.file, self.name, self._lines = file, name, lines
        if not isinstance(table, dict):
            raise ConfigError(f"Not a table in {self.where(name)}: {name}", f"write it as [{name}]")
        self._table: dict[str, object] = table

    def where(self, full_name: str) -> str:
        """Return the file and, if it is known, the line of `full_name` or of what that stands in."""
        line = line_of(full_name, self._lines)
        return self.file if line is None else f"{self.file}, line {line}"

    def full(self, key: str) -> str:
        """Return the full name of `key`."""
        return f"{self.name}.{key}" if self.name else key

    def only(self, known: Iterable[str]) -> None:
        """Raise ConfigError for the first key that is not in `known`, with the nearest that is."""
        valid = sorted(known)
        for key in self._table:
            if key not in valid:
                kind = "key" if self.name else "table"
                message = f"Unknown {kind} in {self.where(self.full(key))}: {self.full(key)}"
                raise ConfigError(message, did_you_mean(key, valid, f"known {kind}s"))

    def wrong(self, key: str, hint: str, wanted: str = "") -> ConfigError:
        """Return the error about the value of `key`, which may be missing; `wanted` is what it should be."""
        name = self.full(key)
        if key not in self._table:
            return ConfigError(f"Missing key in {self.where(self.name)}: {name}", hint)
        fault = f"Not {wanted}" if wanted else "Value cannot be used"
        return ConfigError(f"{fault} in {self.where(name)}: {name} = {_shown(self._table[key])}", hint)

    def has(self, key: str) -> bool:
        return key in self._table

    def value(self, key: str, default: object) -> object:
        """Return what stands there, unchecked."""
        return self._table.get(key, default)

    def any_text(self, key: str, default: str) -> str:
        """Return a text, which may be empty."""
        value = self._table.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "put the value in quotes", "a text")
        return value

    def text(self, key: str) -> str:
        value = self._table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "give a text in quotes")
        return value

    def optional(self, key: str) -> str | None:
        """Return a text; None if it is missing."""
        return self.text(key) if key in self._table else None

    def number(self, key: str, default: float) -> float:
        """Return a number above 0."""
        value = self._table.get(key, default)
        if not is_number(value) or not 0 < value < MOST or float(value) == 0:
            raise self.wrong(key, "give a number above 0")
        return float(value)

    def count(self, key: str, default: int) -> int:
        """Return a whole number above 0."""
        value = self._table.get(key, default)
        if not is_whole(value) or not 0 < value < MOST:
            raise self.wrong(key, "give a whole number above 0")
        return value

    def bound(self, key: str) -> int | None:
        """Return a whole number above 0; None if it is missing: no bound."""
        return self.count(key, 1) if key in self._table else None

    def share(self, key: str, default: float, most: float = 1.0) -> float:
        """Return a number from 0 to `most`."""
        value = self._table.get(key, default)
        if not is_number(value) or not 0 <= value <= most:
            raise self.wrong(key, f"give a number from 0 to {most:g}")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return true or false; False if it is missing."""
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "give true or false")
        return value

    def words(self, key: str, known: tuple[str, ...] = ()) -> frozenset[str]:
        """Return a list of texts, each one of `known` if these are given."""
        value = self._table.get(key)
        if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
            raise self.wrong(key, "give a list of texts in quotes")
        if known and (wrong := set(value) - set(known)):
            raise self.wrong(key, f"known are: {', '.join(known)}; not {', '.join(sorted(wrong))}")
        return frozenset(value)

    def usd(self, key: str) -> Decimal | None:
        """Return an amount of 0 or more; None if it is missing."""
        value = self._table.get(key)
        if value is None:
            return None
        if not is_number(value) or not 0 <= value < MOST:
            raise self.wrong(key, "give US dollars, 0 or more")
        return Decimal(value)

    def day(self, key: str) -> date | None:
        """Return a day; None if it is missing."""
        value = self._table.get(key)
        if value is not None and type(value) is not date:
            raise self.wrong(key, "give a day without quotes, as 2026-10-01")
        return value

    def tables(self, key: str) -> list[Table]:
        """Return the tables of [[name.key]]; none if it is missing."""
        value = self._table.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"write it as [[{self.full(key)}]]")
        return [Table(self.file, f"{self.full(key)}[{i}]", one, self._lines) for i, one in enumerate(value)]

    def inner(self, key: str) -> Table:
        """Return the table [name.key], empty if it is missing."""
        return Table(self.file, self.full(key), self._table.get(key, {}), self._lines)

    def keys(self) -> list[str]:
        """Return the keys, in the order of the file."""
        return list(self._table)


def _shown(value: object) -> str:
    """Return `value` as an error shows it: not the whole of a long one."""
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than twenty digits"
    return str(value)[:40] if isinstance(value, Decimal) else repr(value)[:40]
