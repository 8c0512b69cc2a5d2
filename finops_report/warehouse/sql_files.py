"""Find the packaged SQL: statements by name, the parameters each takes, views in the order of their layers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import takewhile
from pathlib import Path

import duckdb

import finops_report


def _sql() -> Path:
    """The folder of SQL: within our package in a wheel, beside it in a checkout; never the import name `sql`.

    A folder sql/ of the application's own would be found by that name, and its statements executed.
    """
    package = Path(finops_report.__file__).parent
    packed = package / "sql"
    return packed if packed.is_dir() else package.parent / "sql"


def _names(folder: str) -> list[str]:
    return sorted(place.name for place in (_sql() / folder).iterdir() if place.name.endswith(".sql"))


@cache
def statement(folder: str, name: str) -> str:
    """Return the text of sql/<folder>/<name>.sql."""
    place = _sql()
    for part in folder.split("/"):
        place = place / part
    return (place / f"{name}.sql").read_text(encoding="utf-8")


@cache
def every_statement(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of all files in these folders of sql/ and in those within them, in the order of their names."""
    files = sorted(file for folder in folders for file in (_sql() / folder).rglob("*.sql"))
    return tuple(file.read_text(encoding="utf-8") for file in files)


@cache
def has_statement(folder: str, name: str) -> bool:
    """Return whether there is sql/<folder>/<name>.sql."""
    return (_sql() / folder).is_dir() and f"{name}.sql" in _names(folder)


@cache
def parameters(text: str) -> frozenset[str]:
    """Return the names of the parameters that a statement takes, as its parser has them."""
    if "$" not in text:  # no parameter can be in it, as in most views: a parse saved for each of them
        return frozenset()
    return frozenset(duckdb.extract_statements(text)[0].named_parameters)


def arguments(text: str, known: Mapping[str, object]) -> dict[str, object]:
    """Return of all that is `known` what a statement takes: its parameters by name."""
    return {name: known[name] for name in parameters(text)}


@cache
def foundations() -> frozenset[str]:
    """Return the views of layer 0: other views stand on them, they answer nothing by themselves."""
    return frozenset(name[3:-4] for name in _names("views") if name.startswith("0"))


@cache
def views() -> dict[str, str]:
    """Return view name -> SQL text; the number before a file's name is its layer, not part of the name."""
    return {name[3:-4]: statement("views", name[:-4]) for name in _names("views") if name[0].isdigit()}


def meaning(view: str) -> str:
    """Return the sentence that a view's file opens with."""
    return " ".join(line.removeprefix("--").strip() for line in takewhile(_is_comment, views()[view].splitlines()))


def _is_comment(line: str) -> bool:
    return line.startswith("--")


@cache
def schema() -> tuple[str, ...]:
    """Return the statements that make the empty tables, in their numbered order."""
    return tuple(statement("schema", name[:-4]) for name in _names("schema"))
