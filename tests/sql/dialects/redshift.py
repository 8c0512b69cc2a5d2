"""Put the portable statements and DuckDB's base views into the words of Redshift, which no test of ours runs there."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from tests.sql.dialects import base_views
from tests.sql.dialects.snowflake import REST, quoted
from tests.sql.dialects.spark import named
from tests.sql.dialects.trino import grouped_by_columns
from tests.sql.dialects.whole_numbers import Digits, with_exact_decimals

DIALECT = "redshift"
HEAD = "-- Generated, not executed by Redshift: our tests run what it means in DuckDB."
REDSHIFT = Digits(
    DIALECT,
    exact=(  # by whole numbers, since a double may lose digits as a decimal; no product has more than 38 digits
        "CAST(CAST(FLOOR(scaled / EXACT) AS BIGINT) AS DECIMAL(19, 0)) * CAST('HIGH' AS DECIMAL(16, PLACES))"
        f" + CAST(CAST(FLOOR({REST}) AS BIGINT)"
        f" + CASE WHEN {REST} - FLOOR({REST}) >= 0.5 THEN 1 ELSE 0 END AS DECIMAL(17, 0))"
        " * CAST('LOW' AS DECIMAL(PLACES, PLACES))"
    ),
    half_even=(
        "FLOOR(value) + CASE WHEN value - FLOOR(value) > 0.5"
        " OR (value - FLOOR(value) = 0.5 AND MOD(CAST(FLOOR(value) AS BIGINT), 2) = 1) THEN 1 ELSE 0 END"
    ),
    product="CASE WHEN value < 1e25 THEN value * unit END",  # one that no double holds is an error
)
DAY = "CAST('1970-01-01' AS DATE)"
FUNCTIONS = {
    "day_of_us": f"CAST(DATEADD(DAY, CAST(($x - $x % 86400000000) / 86400000000 AS INTEGER), {DAY}) AS DATE)",
    "without_spaces": "BTRIM($x, :spaces)",
}
OF_ALL = "SELECT FIRST_VALUE(x) OVER (ORDER BY y ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"


def cube(tree: exp.Expr) -> exp.Expr:
    """Return a portable statement for Redshift."""
    return quoted(named(_joined(_with_frames(grouped_by_columns(with_exact_decimals(tree, REDSHIFT))))))


def base_view(tree: exp.Expr) -> exp.Expr:
    """Return a base view for Redshift."""
    return quoted(named(_trimmed(base_views.functions(base_views.base_view(tree, REDSHIFT), FUNCTIONS, DIALECT))))


def _trimmed(tree: exp.Expr) -> exp.Expr:
    """Write what trims without a FROM, after which a table is looked for."""
    for one in list(tree.find_all(exp.Trim)):
        one.replace(exp.Anonymous(this="BTRIM", expressions=[one.this, one.expression]))
    return tree


def _joined(tree: exp.Expr) -> exp.Expr:
    """Have what is missing join texts as nothing: with || it would make nothing of the whole."""
    for text in tree.find_all(exp.Concat):
        of = [one if isinstance(one, exp.Literal) else exp.func("coalesce", one, "''") for one in text.expressions]
        text.set("expressions", of)
    return tree


def _with_frames(tree: exp.Expr) -> exp.Expr:
    """Say of what rows a first value is the first: there is no such window without a frame."""
    frame = sqlglot.parse_one(OF_ALL, read="duckdb").find(exp.WindowSpec)
    assert frame is not None
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.FirstValue):
            window.set("spec", frame.copy())
    return tree
