"""Put the portable statements into the words of other databases: `make dialects` writes sql/dialects/<name>/generated.

The library that knows the dialects is a tool of ours, at one exact version: nothing of it is needed to make a report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

import sqlglot
from sqlglot import exp

from tests.sql.dialects import base_views, bigquery, redshift, snowflake, spark, trino

SQL = Path(__file__).parents[3] / "sql"
FOLLOWED = ("attempts", "every_attempts", "telemetry", "every_telemetry")
KEPT = ("kept/end_users", *(f"kept/server/{name}" for name in FOLLOWED))
SOURCES = ("cubes", "cubes/base", "cubes/inferred", *KEPT, "prices/calls")
OF_ONE_TABLE = ("requests", "attempts_clean", "guardrail_events_clean")
SHARDS = "rows_of_shards"
WRITTEN_BY_HAND = "duckdb."  # base views and what needs lists: each engine has its own beside what is generated
HALF_AWAY = "trunc(x) + CASE WHEN x - trunc(x) >= 0.5 THEN 1 ELSE 0 END"
EXACT_WHOLE = 2**53  # up to which every whole number has a double
PARAMETER = re.compile(r"%[(](\w+)[)]s|[{](\w+): \w*[}]|@(\w+)")  # as dialects have what is $name here
Rewrite = Callable[[exp.Expr], exp.Expr]


def portable() -> Iterator[tuple[str, str]]:
    """Yield the name ('cubes/spend') and the text of every statement that runs on any engine."""
    for source in SOURCES:
        place = SQL / source
        files = sorted(place.glob("*.sql")) if place.is_dir() else [place.with_suffix(".sql")]
        for file in files:
            if not file.name.startswith(WRITTEN_BY_HAND):
                yield str(file.relative_to(SQL).with_suffix("")), file.read_text(encoding="utf-8")


def base(dialect: str) -> Iterator[tuple[str, str]]:
    """Yield the name ('base/requests') and the text of every base view of DuckDB that becomes one of `dialect`."""
    for name in base_views.NAMES if dialect in BASES else ():
        yield f"base/{name}", (SQL / f"cubes/base/duckdb.{name}.sql").read_text(encoding="utf-8")


def statements(dialect: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of all that is generated for `dialect`."""
    yield from portable()
    yield from base(dialect)


def generated(dialect: str, name: str, text: str) -> str:
    """Return a statement in the words of `dialect`, under the sentences that it opens with."""
    head = "\n".join(takewhile(lambda line: line.startswith("--"), text.splitlines()))
    tree = sqlglot.parse_one(text, read="duckdb")
    for node in tree.walk():
        node.comments = None
    rewrite = (BASES if name.startswith("base/") else REWRITES)[dialect]
    made = rewrite(tree).sql(dialect=dialect, pretty=True, max_text_width=110)
    head = f"{HEADS[dialect]}\n{head}" if dialect in HEADS else head
    return f"{head}\n{_with_places(PARAMETER.sub(_parameter, made))}\n"


def _parameter(match: re.Match[str]) -> str:
    return f"${next(name for name in match.groups() if name)}"


def exact_decimals(tree: exp.Expr) -> exp.Expr:
    """Replace sums of floating point as decimals: PostgreSQL rounds half to even, and keeps 15 digits of a double.

    What is summed is scaled to whole numbers below the statement, rounded there half away from zero as DuckDB does, and
    summed in two halves, each of which is exact. All of them are of nothing below zero.
    """
    for select in list(tree.find_all(exp.Select)):
        sums = [one for one in select.find_all(exp.Sum) if one.parent_select is select and _is_decimal(one.this)]
        if not sums:
            continue
        inner = select.args["from_"].this
        alias = inner.alias_or_name
        scaled: list[exp.Expr] = [exp.Star()]
        rounded: list[exp.Expr] = [exp.Star()]
        for number, one in enumerate(sums, 1):
            places = int(one.this.to.expressions[1].name)
            value = exp.Mul(this=exp.Paren(this=one.this.this.copy()), expression=exp.Literal.number(10**places))
            scaled.append(exp.alias_(value, f"scaled_{number}"))
            rounded.append(exp.alias_(_parsed(HALF_AWAY, f"scaled_{number}"), f"whole_{number}"))
            one.replace(_sum_of_halves(f"whole_{number}", places))
        below = exp.select(*scaled).from_(inner.copy())
        inner.replace(exp.select(*rounded).from_(below.subquery(alias)).subquery(alias))
    return tree


def each_once(tree: exp.Expr) -> exp.Expr:
    """Keep PostgreSQL, by OFFSET 0, from putting an expression into all places that name it: five times as long."""
    for subquery in tree.find_all(exp.Subquery):
        if isinstance(subquery.parent, exp.From) and isinstance(subquery.this, exp.Select):
            subquery.set("this", subquery.this.offset(0))
    return tree


def _sum_of_halves(column: str, places: int) -> exp.Expr:
    text = (
        f"(sum(CAST(trunc(x / {EXACT_WHOLE}) AS BIGINT)) * {EXACT_WHOLE}"
        f" + sum(CAST(x - trunc(x / {EXACT_WHOLE}) * {EXACT_WHOLE} AS BIGINT))) * 0.{'0' * (places - 1)}1"
    )
    return _parsed(text, column)


def _parsed(text: str, column: str) -> exp.Expr:
    return sqlglot.parse_one(text.replace("x", column), read="postgres")


def of_its_own_table(tree: exp.Expr) -> exp.Expr:
    """Say of every column which table it is of: ClickHouse takes a name for that of a result before a column's."""
    for select in tree.find_all(exp.Select):
        table = select.args["from_"].this.alias_or_name
        inner = [select.args.get("joins") or [], select.args.get("where"), select.expressions]
        columns = [
            column
            for part in _flat(inner)
            for column in part.find_all(exp.Column)
            if column.parent_select is select and not column.table
        ]
        for column in columns:
            is_named = column.parent is select
            column.set("table", exp.to_identifier(table))
            if is_named:
                column.replace(exp.alias_(column.copy(), column.name))
    for column in list(tree.find_all(exp.Column)):
        if column.table and isinstance(column.parent, exp.Select) and column.arg_key == "expressions":
            column.replace(exp.alias_(column.copy(), column.name))
    return tree


def _flat(parts: list[object]) -> Iterator[exp.Expr]:
    for part in parts:
        if isinstance(part, list):
            yield from _flat(part)
        elif isinstance(part, exp.Expression):
            yield part


def summed_by_shards(tree: exp.Expr) -> exp.Expr:
    """Mark the rows that each shard can sum by itself: what is selected of one table, and no ids are looked up for.

    A server sums nothing of a subquery over tables of other servers, but has all its rows come over. What rows are held
    against is no such subquery: shards are asked one thing in a statement.
    """
    for select in list(tree.find_all(exp.Select)):
        rows = select.args["from_"].this
        if select.find_ancestor(exp.In) is not None:
            continue
        if not select.args.get("group") or any(select.find_all(exp.In)) or select.args.get("joins"):
            continue
        if isinstance(rows, exp.Table) and rows.name in OF_ONE_TABLE:
            names = sorted({column.name for column in select.find_all(exp.Column) if column.table == rows.name})
            inner = exp.select(*(exp.alias_(exp.column(name, rows.name), name) for name in names)).from_(rows.name)
            rows.replace(_of_shards(inner, rows.name))
        elif isinstance(rows, exp.Subquery) and isinstance(rows.this, exp.Select) and _is_of_one_table(rows.this):
            rows.replace(_of_shards(rows.this.copy(), rows.alias))
    return tree


def _is_of_one_table(select: exp.Select) -> bool:
    rows = select.args["from_"].this
    return isinstance(rows, exp.Table) and rows.name in OF_ONE_TABLE and not select.args.get("group")


def _of_shards(select: exp.Select, alias: str) -> exp.Expr:
    named = exp.TableAlias(this=exp.to_identifier(alias))
    return exp.Table(this=exp.Anonymous(this=SHARDS, expressions=[select]), alias=named)


def _with_places(text: str) -> str:
    """Put places for what is around rows of shards: what begins and what ends them."""
    while (at := text.find(f"{SHARDS}(")) >= 0:
        begin, depth = at + len(SHARDS), 0
        for end in range(begin, len(text)):
            depth += (text[end] == "(") - (text[end] == ")")
            if depth == 0:
                break
        text = f"{text[:at]}$shards_begin {text[begin + 1 : end].strip()} $shards_end{text[end + 1 :]}"
    return text


def clickhouse_sums(tree: exp.Expr) -> exp.Expr:
    """Round as DuckDB does what is summed as a decimal, half away from zero: ClickHouse cuts. None is below zero.

    `half_away` is in frame/statement.sql: it makes whole numbers of 256 bits, whose sum cannot overflow.
    """
    for one in list(tree.find_all(exp.Sum)):
        if _is_decimal(one.this):
            places = int(one.this.to.expressions[1].name)
            value = one.this.this.sql(dialect="clickhouse")
            unit = f"toDecimal256('0.{'0' * (places - 1)}1', {places})"
            text = f"toDecimal256(sum(half_away(({value}) * {10**places})), 0) * {unit}"
            one.replace(sqlglot.parse_one(text, read="clickhouse"))
    return tree


def clickhouse_functions(tree: exp.Expr) -> exp.Expr:
    """Put right what reads alike and means another thing: letters are bytes there, and what is missing is 0 or ''.

    A subquery of ids is worked out once for all shards.
    """
    for text in list(tree.find_all(exp.Substring)):
        text.replace(exp.func("substringUTF8", text.this, text.args["start"], text.args["length"]))
    for found in list(tree.find_all(exp.Lead, exp.Lag, exp.Min, exp.Max)):
        found.set("this", exp.func("toNullable", found.this))
    for one in tree.find_all(exp.In):
        one.set("is_global", bool(one.args.get("query")))
    return tree


def _is_decimal(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.is_type(exp.DataType.Type.DECIMAL)


REWRITES: dict[str, Rewrite] = {
    "clickhouse": lambda tree: summed_by_shards(clickhouse_sums(clickhouse_functions(of_its_own_table(tree)))),
    "postgres": lambda tree: each_once(exact_decimals(tree)),
    "spark": spark.cube,
    "trino": trino.cube,
    "bigquery": bigquery.cube,
    "snowflake": snowflake.cube,
    "redshift": redshift.cube,
}
BASES: dict[str, Rewrite] = {
    "spark": spark.base_view,
    "trino": trino.base_view,
    "bigquery": bigquery.base_view,
    "snowflake": snowflake.base_view,
    "redshift": redshift.base_view,
}  # base views of all others are written by hand


HEADS = {  # of what no engine of the name has run
    "trino": trino.HEAD,
    "bigquery": bigquery.HEAD,
    "snowflake": snowflake.HEAD,
    "redshift": redshift.HEAD,
}


def place_of(dialect: str, name: str) -> Path:
    """Return the file of a statement in a dialect."""
    return SQL / "dialects" / dialect / "generated" / f"{name}.sql"


def write() -> None:
    """Write all statements in all dialects."""
    for dialect in REWRITES:
        for name, text in statements(dialect):
            place = place_of(dialect, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(generated(dialect, name, text), encoding="utf-8")


if __name__ == "__main__":
    write()
