"""Types are told by their names, and where the rows of a distributed table are by its engine."""

from __future__ import annotations

import pytest

from finops_report.warehouse.engines.clickhouse.catalog import shards_of, tables_of, type_name
from finops_report.warehouse.engines.server.catalog import Shards


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("String", "String"),
        ("LowCardinality(Nullable(String))", "String"),
        ("Nullable(DateTime64(6, 'UTC'))", "DateTime64"),
        ("Decimal(28, 12)", "Decimal"),
        ("Array(Nullable(String))", "Array"),
        ("Enum8('a' = 1, ')' = 2)", "Enum8"),
        ("", ""),
    ],
)
def test_a_type_is_told_without_what_is_around_it(kind: str, name: str) -> None:
    assert type_name(kind) == name


@pytest.mark.parametrize(
    ("engine", "shards"),
    [
        ("Distributed('two', 'llm', 'calls_here', rand())", Shards("two", "llm", "calls_here")),
        ("Distributed(two, llm, calls_here)", Shards("two", "llm", "calls_here")),
        ("Distributed('two', currentDatabase(), 'calls_here')", None),
        ("MergeTree ORDER BY timestamp", None),
        ("", None),
    ],
)
def test_the_shards_of_a_table_are_told_by_its_engine(engine: str, shards: Shards | None) -> None:
    assert shards_of(engine) == shards


def test_a_table_that_has_rows_of_a_distributed_one_is_none_of_its_own() -> None:
    rows = [
        ("llm", "calls", "Timestamp", 0, None, "DateTime64(6)", "Distributed('two', 'llm', 'calls_here')"),
        ("llm", "calls_here", "timestamp", 0, 5, "DateTime64(6)", "MergeTree ORDER BY timestamp"),
    ]
    (calls,) = tables_of(rows, "llm")
    assert (calls.table.label, calls.columns["timestamp"].name, calls.columns["timestamp"].family) == (
        ("calls", "Timestamp", "moment")
    )
