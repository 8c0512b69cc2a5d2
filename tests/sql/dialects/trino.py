"""Put the portable statements and DuckDB's base views into the words of Trino, which no test of ours can run there."""

from __future__ import annotations

from sqlglot import exp

from tests.sql.dialects import base_views
from tests.sql.dialects.spark import named
from tests.sql.dialects.whole_numbers import Digits, with_exact_decimals

DIALECT = "trino"
HEAD = "-- Generated, not executed by a Trino: our tests run what it means in DuckDB."
TRINO = Digits(
    DIALECT,
    exact=(
        "CAST(CAST(FLOOR(scaled / EXACT) AS BIGINT) AS DECIMAL(19, 0)) * CAST('HIGH' AS DECIMAL(16, PLACES))"
        " + CAST(CAST(FLOOR(scaled % EXACT) AS BIGINT)"
        " + CASE WHEN scaled % 1e0 >= 0.5 THEN 1 ELSE 0 END AS DECIMAL(17, 0)) * CAST('LOW' AS DECIMAL(PLACES, PLACES))"
    ),
    half_even=(
        "FLOOR(value) + CASE WHEN value % 1e0 > 0.5 OR (value % 1e0 = 0.5 AND FLOOR(value) % 2e0 = 1) THEN 1 ELSE 0 END"
    ),
)
FUNCTIONS = {
    "day_of_us": "DATE_ADD('DAY', CAST(FLOOR($x / 864e8) AS BIGINT), DATE '1970-01-01')",
    "without_spaces": r"REGEXP_REPLACE($x, '^[\p{Zs}]+|[\p{Zs}]+$', '')",
}


def cube(tree: exp.Expr) -> exp.Expr:
    """Return a portable statement for Trino."""
    return named(grouped_by_columns(with_exact_decimals(tree, TRINO)))


def base_view(tree: exp.Expr) -> exp.Expr:
    """Return a base view for Trino."""
    return named(base_views.functions(base_views.base_view(tree, TRINO), FUNCTIONS, DIALECT))


def grouped_by_columns(tree: exp.Expr) -> exp.Expr:
    """Group by what a result is worked out from, in place of its name, which Trino does not know there."""
    for select in tree.find_all(exp.Select):
        made = {one.alias: one.this for one in select.expressions if isinstance(one, exp.Alias)}
        group = select.args.get("group")
        for column in list(group.expressions) if group is not None else ():
            if isinstance(column, exp.Column) and column.name in made:
                column.replace(made[column.name].copy())
    return tree
