"""Read the CSV files of [[units]]: a company's own counts of business outcomes by day."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from finops_report.errors import ConfigError
from finops_report.nearest import did_you_mean

if TYPE_CHECKING:
    from finops_router.settings.units import UnitConfig

    from finops_report.warehouse import UnitCount, UnitCounts

NEEDED, KNOWN = ("date", "name", "quantity"), ("date", "name", "quantity", "team")
MOST_BYTES = 20_000_000
MOST = 10**12


def unit_counts(units: Sequence[UnitConfig], folder: Path) -> UnitCounts:
    """Return the counts of the files that `units` name, which are relative to `folder`, and the names without a file.

    Nothing else is opened, each file once. Raises ConfigError, naming file and line, for what cannot be read.
    """
    from finops_report.warehouse import UnitCounts

    files: dict[Path, list[str]] = {}
    for unit in units:
        if unit.file is not None:
            files.setdefault(folder / unit.file, []).append(unit.name)
    given = [count for path, names in files.items() for count in _counts(path, names)]
    return UnitCounts(tuple(given), tuple(unit.name for unit in units if unit.file is None))


def _counts(path: Path, names: Sequence[str]) -> Iterable[UnitCount]:
    """Return the rows of a file that have one of `names`; raises ConfigError if it has others and not all of these."""
    found = list(_rows(path))
    known = dict.fromkeys(count.name for count in found)
    for name in names:
        if found and name not in known:
            raise ConfigError(f"Not counted in {path}: {name}", did_you_mean(name, list(known), "names in the file"))
    return [count for count in found if count.name in names]


def _rows(path: Path) -> Iterator[UnitCount]:
    lines = csv.reader(_text(path).splitlines(), strict=True)
    try:
        columns = _columns(path, next(lines, []))
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield _count(f"{path}, line {lines.line_num}", columns, cells)
    except csv.Error as err:
        raise ConfigError(
            f"Not CSV: {path}, line {lines.line_num}: {err}", "separate values by commas, quote those that have one"
        ) from err


def _text(path: Path) -> str:
    """Return what a regular file holds: a device or a pipe could be endless."""
    if not path.is_file():
        raise ConfigError(f"No such file of [[units]]: {path}", "paths are relative to the settings' own folder")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(
                f"Too large for counts by day: {path}", f"keep it under {MOST_BYTES // 1_000_000} MB, or use the table"
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise ConfigError(f"It cannot be read: {path}", "check its permissions, and save it as UTF-8") from err


def _columns(path: Path, header: Sequence[str]) -> Mapping[str, int]:
    """Return where each column stands."""
    names = [name.strip().lower() for name in header]
    for name in names:
        if name not in KNOWN or names.count(name) > 1:
            problem = "Unknown column" if name not in KNOWN else "Column twice"
            raise ConfigError(f"{problem} in {path}, line 1: {name}", did_you_mean(name, list(KNOWN), "columns"))
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ConfigError(
            f"Columns are missing from {path}, line 1: {', '.join(missing)}",
            "the first line names the columns: date,name,quantity or date,name,quantity,team",
        )
    return {name: place for place, name in enumerate(names)}


def _count(where: str, columns: Mapping[str, int], cells: Sequence[str]) -> UnitCount:
    from finops_report.warehouse import UnitCount

    if len(cells) != len(columns):
        raise ConfigError(
            f"Not as many values as columns in {where}: {len(cells)}, not {len(columns)}", "separate values by commas"
        )
    values = {name: cells[place].strip() for name, place in columns.items()}
    if not values["name"]:
        raise ConfigError(f"No name in {where}", "name what is counted, as ticket")
    day, quantity = _day(values["date"], where), _number(values["quantity"], where)
    return UnitCount(day, values["name"], quantity, values.get("team") or None)


def _day(written: str, where: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError as err:
        raise ConfigError(f"Not a day in {where}: {written[:40]!r}", "write it as 2026-10-01") from err
    if len(written) != 10:  # 20261001 and 2026-W40-1 would do for Python
        raise ConfigError(f"Not a day in {where}: {written[:40]!r}", "write it as 2026-10-01")
    return day


def _number(written: str, where: str) -> Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation as err:
        raise ConfigError(f"Not a number in {where}: {written[:40]!r}", "write it as 1234 or 12.5") from err
    if not number.is_finite() or not 0 <= number < MOST:
        raise ConfigError(f"Not a count in {where}: {written[:40]!r}", "give 0 or more")
    return number
