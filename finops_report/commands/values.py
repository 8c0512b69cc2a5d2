"""The kinds of values that options take; what cannot be one is a usage error (exit code 2)."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from finops_report.database_address import WAREHOUSES
from finops_report.web_address import is_web_address

STANDARD_OUTPUT = Path("/dev/stdout")  # what '-' stands for, as finops_report.files knows it
Given = click.Parameter | None
if TYPE_CHECKING:
    Paths = click.ParamType[Path]
    Texts = click.ParamType[str]
else:
    Paths = Texts = click.ParamType  # which takes no parameter before click 8.3


class FilePath(Paths):
    """The path of a file or folder."""

    name = "path"

    def convert(self, value: str | Path, param: Given, ctx: click.Context | None) -> Path:
        if not str(value).strip():
            self.fail("a path cannot be empty.", param, ctx)
        if "\0" in str(value):
            self.fail("a path cannot have a NUL in it.", param, ctx)
        return Path(value)


class Address(Texts):
    """Where telemetry is, as it was written: a path, file:// and a path, or the address of a database.

    Of a warehouse whose SQL nobody has run there, this is said on stderr.
    """

    name = "path"

    def convert(self, value: str, param: Given, ctx: click.Context | None) -> str:
        FilePath().convert(value.removeprefix("file://"), param, ctx)
        scheme = value.partition("://")[0].lower()
        if scheme in WAREHOUSES:
            click.echo(f"note: {scheme}://: {WAREHOUSES[scheme]}", err=True)
        return value


class WebAddress(Texts):
    """An address of the web, to be read by everybody."""

    name = "url"

    def convert(self, value: str, param: Given, ctx: click.Context | None) -> str:
        if not is_web_address(value):
            self.fail(f"{value!r} is no address: write it as https://example.com/report.html.", param, ctx)
        return value


class KeptPath(FilePath):
    """The path of a file or folder that is read again another time, which standard output cannot be."""

    def convert(self, value: str | Path, param: Given, ctx: click.Context | None) -> Path:
        if value == "-":
            self.fail("standard output keeps nothing: name a path (./- is a file called -).", param, ctx)
        return super().convert(value, param, ctx)


class OutputPath(FilePath):
    """The path of a file to write; '-' is standard output."""

    def convert(self, value: str | Path, param: Given, ctx: click.Context | None) -> Path:
        if value == "-":
            return STANDARD_OUTPUT
        path = super().convert(value, param, ctx)
        if path.name in ("", ".."):
            self.fail(f"{str(value)!r} is a folder: name a file.", param, ctx)
        return path


class FiniteRange(click.FloatRange):
    """A number within bounds: 'nan' is within any, for it is neither below nor above."""

    def convert(self, value: Any, param: Given, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number to reckon with.", param, ctx)
        return number


class Seconds(FiniteRange):
    """A time that ends."""

    name = "seconds"


class MemorySize(Texts):
    """An amount of memory as DuckDB reads it: a number and a unit."""

    name = "size"

    def convert(self, value: str, param: Given, ctx: click.Context | None) -> str:
        size = "".join(value.split())
        if not re.fullmatch(r"[1-9][0-9]{0,8}([.][0-9]+)?[KMGT]i?B", size, re.IGNORECASE | re.ASCII):
            self.fail(f"{value!r} is no size: write it as 4GB or 500MB.", param, ctx)
        return size
