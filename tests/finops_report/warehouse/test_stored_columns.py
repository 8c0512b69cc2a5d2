"""docs/report.md names exactly what is stored and not on the page."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[3]
KNOWN_BY_SQL = ROOT / "sql" / "cubes"
NOT_ON_THE_PAGE = re.compile(r"Stored but not on the page(.*?)Names of tables", re.DOTALL)


def stored() -> dict[str, set[str]]:
    """The columns of every table of the schema."""
    with duckdb.connect() as con:
        for path in sorted((ROOT / "sql" / "schema").glob("*.sql")):
            con.execute(path.read_text(encoding="utf-8"))
        rows = con.execute("select table_name, column_name from information_schema.columns").fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def test_the_guide_names_what_no_sum_reads_and_nothing_else() -> None:
    (sentence,) = NOT_ON_THE_PAGE.findall((ROOT / "docs" / "report.md").read_text(encoding="utf-8"))
    named = set(re.findall(r"`(\w+)`", sentence))
    read = set(re.findall(r"\w+", " ".join(path.read_text(encoding="utf-8") for path in KNOWN_BY_SQL.rglob("*.sql"))))
    columns = stored()
    assert not named & columns.keys()
    unread = (columns["telemetry"] | columns["attempts"]) - read
    assert unread == named - columns.keys()
