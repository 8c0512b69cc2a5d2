"""Run `ingest` in an empty folder, and see what is in the database then."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

DB = Path("telemetry.duckdb")
Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    """Return the rows of a table of the database, by the moment of each."""

    def read(table: str = "telemetry") -> list[dict[str, Any]]:
        with duckdb.connect(str(tmp_path / DB)) as con:
            found = con.execute(f"select * from {table} order by timestamp")
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return read


def as_csv(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows as a CSV export has them: objects as JSON, nothing as nothing."""
    listed = list(rows)
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in listed for name in row))
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for row in listed:
        writer.writerow(
            {n: json.dumps(v) if isinstance(v, dict | list) else v for n, v in row.items() if v is not None}
        )
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def as_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def as_parquet(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows as a Parquet file, its columns of the types that DuckDB finds in them."""
    lines = as_lines(path.with_suffix(".lines"), rows)
    with duckdb.connect() as con:
        con.execute(f"copy (from read_json('{lines}', format = 'newline_delimited')) to '{path}' (format parquet)")
    lines.unlink()
    return path


FORMS = {"csv": as_csv, "jsonl": as_lines, "parquet": as_parquet}
