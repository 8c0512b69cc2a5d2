"""Hold the rules of the SQL: what may leave DuckDB is portable, every file says its one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SQL = Path(__file__).parents[2] / "sql"
FILES = sorted(SQL.rglob("*.sql"))
PORTABLE = [path for path in sorted((SQL / "cubes").rglob("*.sql")) if not path.name.startswith("duckdb.")]
READING = [path for path in FILES if path.parent.name in ("cubes", "inferred", "base", "calendar", "views")]
NOT_PORTABLE = {
    "filter (": r"\bfilter\s*\(",
    "group by all": r"\bgroup\s+by\s+all\b",
    "qualify": r"\bqualify\b",
    "::": r"::",
    "timestamp literal": r"\btimestamp\s+'",
    "date_trunc": r"\bdate_trunc\b",
    "epoch_ms": r"\bepoch_ms\b",
    "list": r"\[",
    "lambda": r"\blambda\b|->",
    "select *": r"select\s+\*",
    "count distinct": r"count\s*\(\s*distinct",
    "//": r"//",
    "arg_max": r"\barg_max\b",
}


def code(path: Path) -> str:
    return re.sub(r"--.*", "", path.read_text(encoding="utf-8")).lower()


@pytest.mark.parametrize("path", PORTABLE, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", NOT_PORTABLE)
def test_cubes_run_on_any_engine(path: Path, rule: str) -> None:
    assert not re.search(NOT_PORTABLE[rule], code(path))


@pytest.mark.parametrize("path", PORTABLE, ids=lambda path: path.stem)
def test_cubes_are_keyed_by_time_and_know_no_comparison(path: Path) -> None:
    assert not re.search(r"\$(old|new|start)_|\b(part|side|in_period)\b", code(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SQL)))
def test_every_file_begins_with_its_sentence(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(r"-- .+[.?:]", first), first


@pytest.mark.parametrize("path", READING, ids=lambda path: str(path.relative_to(SQL)))
def test_no_database_is_asked_what_the_local_time_is(path: Path) -> None:
    assert not re.search(r"\btimezone\s*\(|\bat time zone\b", code(path))


def test_view_names_are_unique_whatever_their_layer() -> None:
    views = [path.stem for path in (SQL / "views").glob("*.sql") if path.stem != "macros"]
    names = [view.partition("_")[2] for view in views]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"\d\d_[a-z_]+", view) for view in views)
