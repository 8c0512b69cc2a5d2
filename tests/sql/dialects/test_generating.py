"""What is committed for other databases is what the portable statements become, and every dialect has all of it."""

from __future__ import annotations

import pytest

from finops_report.warehouse.cubes import Asked, Cube, cubes, extent_cube
from finops_report.warehouse.engines.dialect import UNASKED, Dialect, tables_read
from finops_report.warehouse.tables import EXTRA_TABLES
from tests.sql.dialects.generating import REWRITES, SQL, generated, place_of, statements

NAMES = [
    pytest.param(dialect, name, text, id=f"{dialect}-{name}")
    for dialect in REWRITES
    for name, text in statements(dialect)
]
NOT_TABLES = {"json_to_recordset", "lateral", "1", "unnest", "UNNEST"}  # that stand after FROM
ASKED = Asked(attempts=True, budgets_need_rows=True, tags=True, policies=True, guardrails=True)


@pytest.mark.parametrize(("dialect", "name", "text"), NAMES)
def test_what_is_committed_is_what_would_be_generated(dialect: str, name: str, text: str) -> None:
    assert place_of(dialect, name).read_text(encoding="utf-8") == generated(dialect, name, text), "run `make dialects`"


@pytest.mark.parametrize("dialect", REWRITES)
def test_nothing_is_left_of_statements_that_are_gone(dialect: str) -> None:
    folder = SQL / "dialects" / dialect / "generated"
    assert {place_of(dialect, name) for name, _ in statements(dialect)} == set(folder.rglob("*.sql"))


@pytest.mark.parametrize("name", REWRITES)
@pytest.mark.parametrize("cube", [extent_cube(), *cubes(ASKED), *cubes(Asked())], ids=lambda cube: cube.source)
def test_every_cube_stands_on_tables_of_the_contract(cube: Cube, name: str) -> None:
    dialect = Dialect(name)
    if cube.source.startswith(UNASKED):
        return
    text = dialect.of(cube.source)
    below = dialect.below(text)
    lowest = tables_read({**below, cube.source: text}) - set(below)
    assert lowest <= {"telemetry", *EXTRA_TABLES} | NOT_TABLES
