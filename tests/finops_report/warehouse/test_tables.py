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


def test_of_a_table_and_a_view_on_it_the_hint_proposes_the_table() -> None:
    view = Table("main", "a_view", frozenset(CONTRACT), is_view=True)
    with pytest.raises(DatabaseError, match="a_view, calls") as refused:
        telemetry_table([view, CALLS], None)
    assert refused.value.hint == "choose one: --table calls"


def test_a_table_called_like_one_of_ours_is_known_by_its_columns() -> None:
    assert Table("main", "attempts", frozenset({"user_name", "ok"})).lacks_as("attempts")
    assert Table("main", "collector_health", frozenset({"recorded"})).lacks_as("collector_health") == [
        "timestamp",
        "dropped",
        "quarantined",
    ]
