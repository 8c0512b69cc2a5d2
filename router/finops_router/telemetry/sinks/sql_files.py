"""Find the SQL that sinks run: statements of sql/store, the tables of sql/schema."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def sql_folder() -> Path:
    """Return the folder of SQL: within our package in a wheel, at the checkout's root else.

    It is never found by the import name `sql`: a folder sql/ of the application's own would be taken for ours, and its
    statements executed.
    """
    package = Path(__file__).parents[2]
    packed = package / "sql"
    return packed if packed.is_dir() else package.parent.parent / "sql"


@cache
def statement(name: str) -> str:
    """Return the text of sql/store/<name>.sql."""
    return (sql_folder() / "store" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def schema() -> tuple[str, ...]:
    """Return the texts of sql/schema, in the order in which they are to be executed."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted((sql_folder() / "schema").glob("*.sql")))


@cache
def postgres_statement(name: str) -> str:
    """Return the text of sql/dialects/postgres/store/<name>.sql; those called duckdb.* are run by DuckDB beside it."""
    return (sql_folder() / "dialects" / "postgres" / "store" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def postgres_schema() -> tuple[str, ...]:
    """Return the texts of sql/dialects/postgres/schema, in the order in which they are to be executed."""
    folder = sql_folder() / "dialects" / "postgres" / "schema"
    return tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql")))


@cache
def clickhouse_statement(name: str) -> str:
    """Return the text of sql/dialects/clickhouse/store/<name>.sql; DuckDB runs those called duckdb.*."""
    return (sql_folder() / "dialects" / "clickhouse" / "store" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def clickhouse_schema() -> tuple[str, ...]:
    """Return the statements of sql/dialects/clickhouse/schema, one by one in their order."""
    folder = sql_folder() / "dialects" / "clickhouse" / "schema"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]
    return tuple(one.strip() for text in texts for one in text.split(";\n") if one.strip())
