"""Finding the one table of requests."""

from __future__ import annotations

import pytest

from finops_report.errors import DatabaseError
from finops_report.warehouse.tables import CONTRACT, Table, telemetry_table

CALLS = Table("main", "calls", frozenset(CONTRACT) | {"team"})
ARCHIVE = Table("old", "calls", frozenset(CONTRACT))
OTHER = Table("main", "users", frozenset({"name"}))


def test_the_only_table_with_the_nine_columns_is_the_telemetry() -> None:
    assert telemetry_table([OTHER, CALLS], None) == CALLS


def test_a_table_is_named_with_or_without_its_schema_in_any_case() -> None:
    assert telemetry_table([CALLS, ARCHIVE], "OLD.calls") == ARCHIVE
    assert telemetry_table([CALLS, ARCHIVE], "main.calls") == CALLS


@pytest.mark.parametrize(
    ("found", "wanted", "message"),
    [
        ([CALLS, ARCHIVE], None, r"More than one table could be the telemetry: calls, old\.calls"),
        ([CALLS], "requests", "No such table: requests"),
        ([OTHER], None, "Columns are missing from table users: timestamp, request_id"),
        ([OTHER], "users", "Columns are missing from table users"),
        ([], None, "has no tables"),
    ],
)
def test_what_cannot_be_chosen_is_said(found: list[Table], wanted: str | None, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        telemetry_table(found, wanted)
