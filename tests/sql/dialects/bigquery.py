"""Put the portable statements and DuckDB's base views into the words of BigQuery, which no test of ours runs there."""

from __future__ import annotations

from sqlglot import exp

from tests.sql.dialects import base_views
from tests.sql.dialects.spark import named
from tests.sql.dialects.whole_numbers import Digits, with_exact_decimals

DIALECT = "bigquery"
HEAD = "-- Generated, not executed by BigQuery: our tests run what it means in DuckDB."
REST = "scaled - FLOOR(scaled / EXACT) * EXACT"
BIGQUERY = Digits(
    DIALECT,
    exact=(
        "CAST(CAST(FLOOR(scaled / EXACT) AS INT64) AS BIGNUMERIC) * CAST('HIGH' AS BIGNUMERIC)"
        f" + CAST(CAST(FLOOR({REST}) AS INT64) + CASE WHEN {REST} - FLOOR({REST}) >= 0.5 THEN 1 ELSE 0 END"
        " AS BIGNUMERIC) * CAST('LOW' AS BIGNUMERIC)"
    ),
    half_even=(
        "FLOOR(value) + CASE WHEN value - FLOOR(value) > 0.5"
        " OR (value - FLOOR(value) = 0.5 AND MOD(CAST(FLOOR(value) AS INT64), 2) = 1) THEN 1 ELSE 0 END"
    ),
    product="SAFE_MULTIPLY(value, unit)",  # which is NULL of what a double does not hold; the plain one is an error
)
FUNCTIONS = {
    "day_of_us": "DATE(TIMESTAMP_MICROS($x))",
    "without_spaces": "TRIM($x, @spaces)",
}


def cube(tree: exp.Expr) -> exp.Expr:
    """Return a portable statement for BigQuery."""
    return named(with_exact_decimals(tree, BIGQUERY))


def base_view(tree: exp.Expr) -> exp.Expr:
    """Return a base view for BigQuery."""
    return named(base_views.functions(base_views.base_view(tree, BIGQUERY), FUNCTIONS, DIALECT))
