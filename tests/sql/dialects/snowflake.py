"""Put the portable statements and DuckDB's base views into the words of Snowflake, which no test of ours runs there."""

from __future__ import annotations

from sqlglot import exp

from tests.sql.dialects import base_views
from tests.sql.dialects.spark import named
from tests.sql.dialects.trino import grouped_by_columns
from tests.sql.dialects.whole_numbers import Digits, with_exact_decimals

DIALECT = "snowflake"
HEAD = "-- Generated, not executed by Snowflake: our tests run what it means in DuckDB."
REST = "scaled - FLOOR(scaled / EXACT) * EXACT"
SNOWFLAKE = Digits(
    DIALECT,
    exact=(  # products of 38 digits and not more; what is scaled has no more than 37
        "CAST(FLOOR(scaled / EXACT) AS DECIMAL(22, 0)) * CAST('HIGH' AS DECIMAL(16, PLACES))"
        f" + CAST(FLOOR({REST}) + CASE WHEN {REST} - FLOOR({REST}) >= 0.5 THEN 1 ELSE 0 END AS DECIMAL(17, 0))"
        " * CAST('LOW' AS DECIMAL(PLACES, PLACES))"
    ),
    half_even=(
        "FLOOR(value) + CASE WHEN value - FLOOR(value) > 0.5"
        " OR (value - FLOOR(value) = 0.5 AND MOD(CAST(FLOOR(value) AS BIGINT), 2) = 1) THEN 1 ELSE 0 END"
    ),
    product="CASE WHEN value < 1e25 THEN value * unit END",  # one that no double holds may be an error
)
DAY = "CAST('1970-01-01' AS DATE)"
FUNCTIONS = {
    "day_of_us": f"CAST(DATEADD(DAY, CAST(($x - $x % 86400000000) / 86400000000 AS BIGINT), {DAY}) AS DATE)",
    "without_spaces": "TRIM($x, :spaces)",
}


def cube(tree: exp.Expr) -> exp.Expr:
    """Return a portable statement for Snowflake."""
    return quoted(named(grouped_by_columns(with_exact_decimals(tree, SNOWFLAKE))))


def base_view(tree: exp.Expr) -> exp.Expr:
    """Return a base view for Snowflake."""
    return quoted(named(base_views.functions(base_views.base_view(tree, SNOWFLAKE), FUNCTIONS, DIALECT)))


def quoted(tree: exp.Expr) -> exp.Expr:
    """Quote all names: those that are not are in upper case there."""
    for name in tree.find_all(exp.Identifier):
        name.set("quoted", True)
    return tree
