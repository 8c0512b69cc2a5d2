"""Put the portable statements and DuckDB's base views into the words of Spark: how it rounds, and names a value."""

from __future__ import annotations

from sqlglot import exp

from tests.sql.dialects import base_views
from tests.sql.dialects.whole_numbers import Digits, with_exact_decimals

DIALECT = "spark"
# Factors have so few digits that no product has more than 38: Spark would leave out places of one that has, in silence.
SPARK = Digits(
    DIALECT,
    exact=(
        "CAST(FLOOR(scaled / EXACT) AS DECIMAL(16, 0)) * CAST('HIGH' AS DECIMAL(16, PLACES))"
        " + CAST(FLOOR(scaled % EXACT) + CASE WHEN scaled % 1 >= 0.5 THEN 1 ELSE 0 END AS DECIMAL(17, 0))"
        " * CAST('LOW' AS DECIMAL(PLACES, PLACES))"
    ),
    half_even="RINT(value)",
)
FUNCTIONS = {
    "day_of_us": "DATE_FROM_UNIX_DATE(CAST($x DIV 86400000000 AS INT))",
    "without_spaces": "BTRIM($x, :spaces)",
}


def cube(tree: exp.Expr) -> exp.Expr:
    """Return a portable statement for Spark."""
    return named(with_exact_decimals(tree, SPARK))


def base_view(tree: exp.Expr) -> exp.Expr:
    """Return a base view for Spark."""
    return named(base_views.functions(base_views.base_view(tree, SPARK), FUNCTIONS, DIALECT))


def named(tree: exp.Expr) -> exp.Expr:
    """Write places as they are written here: in the text of a dialect, what is after a colon may be no place."""
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.Var(this=f"${place.name}"))
    return tree
