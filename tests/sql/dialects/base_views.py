"""Make the base views of a server from DuckDB's own, for columns that were read before and whose types are known.

DuckDB's base views stand on tables as they are recorded; those of a server on tables that readings/ and frame/table of
sql/dialects/<name> have read: moments are microseconds since 1970, numbers are doubles, names are short, and what could
not be read is listed as 'column:reason'.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from finops_report.warehouse.readings import REASONS
from tests.sql.dialects.whole_numbers import Digits, with_exact_decimals, with_whole_numbers

NAMES = ("requests", "attempts_clean", "collector_health_clean", "guardrail_events_clean", "units_clean")
KINDS = {"timestamp": "time", "date": "time", "name": "text", "quantity": "number"}
USABLE_US = 946_684_800_000_000  # 2000-01-01
DAY_US = 86_400_000_000


def base_view(tree: exp.Expr, digits: Digits) -> exp.Expr:
    """Return a base view that stands on a table as a server's engine reads it."""
    for select in tree.find_all(exp.Select):
        rows = select.args["from_"].this
        if isinstance(rows, exp.Subquery) and not rows.alias:
            rows.set("alias", exp.TableAlias(this=exp.to_identifier("named")))
    for cast in list(tree.find_all(exp.TryCast)):
        cast.replace(cast.this)
    tree = tree.transform(_short).transform(_as_read)
    _pass_short_names(tree)
    return with_exact_decimals(with_whole_numbers(tree, digits), digits)


def _short(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.lower() == "short_name":
        return exp.column(f"short_{node.expressions[0].name}")
    if isinstance(node, exp.Anonymous) and node.name.lower() == "epoch_us":
        column: exp.Expr = node.expressions[0]
        return column
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.name == "2000-01-01":
        return exp.Literal.number(USABLE_US)
    if isinstance(node, exp.Cast) and node.to.is_type(exp.DataType.Type.DATE):
        return exp.func("day_of_us", node.this)
    return node


def _pass_short_names(tree: exp.Expr) -> None:
    """Have a subquery give what is short in place of what may be long, if that is what is asked of it."""
    for select in tree.find_all(exp.Select):
        rows = select.args["from_"].this
        if isinstance(rows, exp.Subquery):
            asked = {column.name for column in select.find_all(exp.Column) if column.parent_select is select}
            for column in [one for one in rows.this.expressions if f"short_{one.name}" in asked]:
                column.replace(exp.column(f"short_{column.name}"))


def _as_read(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Trim) and node.args.get("expression") is None:
        return exp.func("without_spaces", node.this)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "is_unreadable":
        column, name = node.expressions
        reason = exp.Literal.string(f"{name.name}:{REASONS[KINDS[name.name]]}")
        return exp.ArrayContains(this=column, expression=reason)
    return node


def functions(tree: exp.Expr, templates: dict[str, str], dialect: str) -> exp.Expr:
    """Replace functions of our own by what a dialect has for them; `x` stands for what each is given."""
    for node in list(_anonymous(tree)):
        template = templates.get(node.name.lower())
        if template is not None:
            given = node.expressions[0].sql(dialect=dialect)
            node.replace(sqlglot.parse_one(template.replace("$x", given), read=dialect))
    return tree


def _anonymous(tree: exp.Expr) -> Iterator[exp.Anonymous]:
    yield from tree.find_all(exp.Anonymous)
