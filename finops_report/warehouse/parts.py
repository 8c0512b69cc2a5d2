"""Find what a few views stand on: the views below them and the cubes, so that nothing else is read and summed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from finops_report.warehouse.cubes import Cube
from finops_report.warehouse.names import NAMING_CUBES
from finops_report.warehouse.sql_files import views

TABLES = re.compile(r"\b(?:from|join)\s+([\w.]+(?:\s*,\s*[\w.]+)*)|'(\w+)'")  # 'hours' is handed to a macro
COMMENT = re.compile(r"--.*")


@dataclass(frozen=True, slots=True)
class Parts:
    """The views to lay over the cubes, in the order of their layers, and what else is asked of the cubes.

    `statements` are texts that will be run over views and cubes. Without `binds_names`, names are not put together.
    """

    views: tuple[str, ...]
    statements: tuple[str, ...] = ()
    binds_names: bool = True

    def needed(self, cubes: Sequence[Cube]) -> tuple[Cube, ...]:
        """Return those of `cubes` that the views, the statements and the names stand on, in their order."""
        tables = _tables((*(views()[name] for name in self.views), *self.statements))
        tables |= {f"cubes.{name}" for name in NAMING_CUBES} if self.binds_names else set()
        found: list[Cube] = []
        for cube in reversed(cubes):
            if cube.table in tables:
                tables |= _tables((cube.text,))
                found.append(cube)
        return tuple(reversed(found))


def everything() -> Parts:
    """Return all views; they stand on all cubes."""
    return Parts(tuple(views()))


def parts_of(wanted: Iterable[str], statements: tuple[str, ...] = (), *, binds_names: bool = True) -> Parts:
    """Return the views in `wanted` and all that they and `statements` stand on."""
    tables = {*wanted} | _tables(statements)
    found = []
    for name, text in reversed(views().items()):
        if name in tables:
            tables |= _tables((text,))
            found.append(name)
    return Parts(tuple(reversed(found)), statements, binds_names)


def _tables(texts: Iterable[str]) -> set[str]:
    """Return the tables that statements name, some of which may be their own: a text in quotes may be none.

    What is asked for in stretches of time is made of the cube of the same name.
    """
    return {name.replace("coarse.", "cubes.") for name in set().union(*map(_named_in, texts))}


@cache
def _named_in(text: str) -> frozenset[str]:
    found = TABLES.finditer(COMMENT.sub("", text))
    return frozenset(name.strip() for match in found for name in (match[1] or match[2]).split(","))
