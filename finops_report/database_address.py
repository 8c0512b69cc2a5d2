"""Name a database of a server by its address, which may hold a password: what is shown of it does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

POSTGRESQL = frozenset({"postgresql", "postgres"})
CLICKHOUSE = frozenset({"clickhouse"})
SPARK = frozenset({"sc"})
WAREHOUSES = {  # whose SQL was generated, and what of it has run where
    **{
        scheme: f"its SQL was generated for it, and no {name} has run it: our tests run its meaning in DuckDB"
        for scheme, name in (
            ("bigquery", "BigQuery"),
            ("redshift", "Redshift"),
            ("snowflake", "Snowflake"),
            ("trino", "Trino"),
        )
    },
    "databricks": "its SQL is that of Spark, which our tests run on a Spark; no Databricks has run it",
}
OBJECT_STORES = frozenset({"s3", "gs", "az"})


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """An address as it was written. As text it is scheme, host and database: no user, no password, no parameters."""

    written: str = field(repr=False)

    @property
    def scheme(self) -> str:
        """What is before ://, in lower case."""
        return self.written.partition("://")[0].lower()

    def __str__(self) -> str:
        place, _, parameters = self.written.partition("://")[2].partition("?")
        if self.scheme in SPARK:  # its own parameters, a token among them, begin with a semicolon
            place, parameters = place.partition(";")[0], ""
        if "@" in parameters:  # a question mark in a password that should have been %3F: nobody knows where it ends
            return f"{self.scheme}://"
        return f"{self.scheme}://{place.rpartition('@')[2]}"


SourcePlace = Path | DatabaseAddress  # a file or a folder, or what a server keeps
