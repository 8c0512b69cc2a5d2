"""Find the statements of a dialect in sql/dialects, and what each of them stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from finops_report.warehouse.sql_files import has_statement, statement

TABLES = re.compile(r"\b(?:from|join)\s+\"?(\w+)", re.IGNORECASE)
COMMENT = re.compile(r"--.*")
BY_HAND = "cubes/base/duckdb."
UNASKED = "cubes/unasked/"
BASE = ("base", "generated/base")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The statements in sql/dialects/<name>: `base` is written by hand, `generated` from what is portable.

    Base views that no engine has to write in words of its own are `generated` from DuckDB's.
    """

    name: str

    def text(self, folder: str, name: str) -> str:
        """Return the text of a statement without the sentences that it opens with."""
        return COMMENT.sub("", statement(f"dialects/{self.name}/{folder}", name)).strip()

    def of(self, source: str) -> str:
        """Return the statement that answers what the one at `source` ('cubes/spend') answers in DuckDB."""
        if source.startswith(BY_HAND):
            name = source.removeprefix(BY_HAND)
            return self.text(next(folder for folder in BASE if self._has(folder, name)), name)
        folder, _, name = source.rpartition("/")
        return self.text(f"generated/{folder}", name)

    def below(self, text: str) -> Mapping[str, str]:
        """Return all that a statement stands on, by name, what is below first; tables of the contract are not in it."""
        found: dict[str, str] = {}
        for name in _read(text):
            lower = self._named(name)
            if lower is not None and name not in found:
                for below, its_text in self.below(lower).items():
                    found.setdefault(below, its_text)
                found[name] = lower
        return found

    def _named(self, name: str) -> str | None:
        for folder in (*BASE, "given", "generated/cubes/base"):
            if self._has(folder, name):
                return self.text(folder, name)
        return None

    def _has(self, folder: str, name: str) -> bool:
        return has_statement(f"dialects/{self.name}/{folder}", name)


@cache
def _read(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(TABLES.findall(text)))


def tables_read(texts: Mapping[str, str]) -> frozenset[str]:
    """Return the names of all tables that these statements read, their own among them."""
    return frozenset(name for text in texts.values() for name in _read(text))
