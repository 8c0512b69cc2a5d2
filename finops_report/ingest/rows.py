"""Read the rows of a file of any of three forms: CSV, JSON (a line each, a list or a document) or Parquet."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from finops_report.errors import ConfigError
from finops_report.warehouse import is_parquet, parquet_rows

LOOKED_AT_BYTES = 4096  # to tell the form of a file
GZIP = b"\x1f\x8b"
PIECE = 2**20  # letters of a list in JSON that are looked at together
MOST_DOCUMENT_BYTES = 256 * 2**20  # of one object over many lines, which has to be read whole
HOLDERS, MOST_KEYS = ("data", "observations", "rows", "logs"), 4  # keys under which a page of answers has its rows
DELIMITERS = ",;\t|"
WAYS = "export it again as CSV, JSON lines or Parquet"


class Row(NamedTuple):
    """A row by the names of its columns; `line` is where it stands in its file, from 1."""

    line: int
    values: Mapping[str, object]


class TornRow(NamedTuple):
    """A row that is none, and why."""

    line: int
    reason: str


Rows = Iterator[Row | TornRow]


def rows_of(path: Path) -> Rows:
    """Yield the rows of a file, also of one packed by gzip, in their order.

    Raises ConfigError if it is of no form that can be read, DatabaseError and OSError as reading does.
    """
    if is_parquet(path):
        yield from _parquet(path)
        return
    try:
        with path.open("rb") as raw:
            is_packed = raw.peek(len(GZIP)).startswith(GZIP)
            yield from _text_rows(_unpacked(raw) if is_packed else raw, path)
    except (gzip.BadGzipFile, EOFError, zlib.error) as err:
        raise ConfigError(f"The file is cut off or damaged: {path}: {err}", WAYS) from err


def _unpacked(raw: io.BufferedReader) -> io.BufferedReader:
    return io.BufferedReader(gzip.GzipFile(fileobj=raw, mode="rb"))


def _text_rows(file: io.BufferedReader, path: Path) -> Rows:
    start = _start(file)
    if start.startswith(b"{"):
        yield from _objects(file, path)
    elif start.startswith(b"["):
        with io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace") as text:
            yield from _listed(text)
    elif not start or b"\0" in start:
        raise ConfigError(f"Neither CSV nor JSON nor Parquet: {path}", WAYS)
    else:
        with io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="") as text:
            yield from _csv(text, path)


def _start(file: io.BufferedReader) -> bytes:
    return file.peek(LOOKED_AT_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()


def _objects(file: IO[bytes], path: Path) -> Rows:
    """Yield an object a line; a document over many lines is read whole, and gives the rows it holds."""
    first = file.readline()
    if not first.rstrip().endswith(b"}"):
        text = first + file.read(MOST_DOCUMENT_BYTES)
        document = json_object(text)
        if document is not None:
            yield from _held(document, 1)
            return
        if len(text) >= MOST_DOCUMENT_BYTES or first.strip() == b"{":
            raise ConfigError(f"No JSON that can be read: {path}", "export it as JSON lines: one object a line")
        file = io.BytesIO(text)
        first = file.readline()
    for number, line in enumerate(chain([first], iter(file.readline, b"")), 1):
        if line.strip():
            found = json_object(line)
            if found is None:
                yield TornRow(number, "no object of JSON")
            else:
                yield from _held(found, number)


def _held(found: Mapping[str, object], line: int) -> Rows:
    """Yield the rows of a page of answers, as programs ask for them; else the object, which is itself a row."""
    held = next((found[name] for name in HOLDERS if isinstance(found.get(name), list)), None)
    if not isinstance(held, list) or len(found) > MOST_KEYS:
        yield Row(line, found)
        return
    for row in held:
        yield Row(line, row) if isinstance(row, Mapping) else TornRow(line, "no object of JSON")


def json_object(line: bytes | str) -> Mapping[str, object] | None:
    """Return the object that a text is in JSON, None if it is none."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return found if isinstance(found, Mapping) else None


def _listed(file: io.TextIOWrapper) -> Rows:
    """Yield the objects of one list, which may be longer than memory: a piece of it is held at a time.

    Their `line` is their number.
    """
    decoder, held, number = json.JSONDecoder(), file.read(PIECE).lstrip()[1:], 1
    while not (held := held.lstrip(" \t\r\n,")).startswith("]"):
        try:
            found, end = decoder.raw_decode(held)
        except (json.JSONDecodeError, RecursionError):
            more = file.read(max(PIECE, len(held)))
            if not more:
                yield TornRow(number, "the list breaks off or is no JSON")
                return
            held += more
            continue
        yield Row(number, found) if isinstance(found, Mapping) else TornRow(number, "no object of JSON")
        number, held = number + 1, held[end:]


def _csv(file: io.TextIOWrapper, path: Path) -> Rows:
    csv.field_size_limit(sys.maxsize)  # prompts are cells, too
    header = file.readline()
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if len(names) < 2 or len(set(names)) < len(names):
        raise ConfigError(f"The first line names no columns, or one twice: {path}", WAYS)
    lines = csv.reader(file, delimiter=delimiter)
    while True:
        begin = lines.line_num + 2
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as err:
            yield TornRow(begin, str(err))
            continue
        if len(cells) == len(names):
            yield Row(begin, dict(zip(names, cells, strict=True)))
        elif cells:
            yield TornRow(begin, f"{len(cells)} values, and {len(names)} columns")


def _parquet(path: Path) -> Rows:
    for number, text in enumerate(parquet_rows(path), 1):
        found = json_object(text)
        yield TornRow(number, "no row of columns") if found is None else Row(number, found)
