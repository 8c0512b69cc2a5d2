"""Fill the pieces of SQL in sql/dialects/clickhouse: names in backquotes, values as parameters with their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.given import GIVEN
from finops_report.warehouse.engines.server.statements import PLACE
from finops_report.warehouse.engines.server.text_words import BACKQUOTE, NO_PIECES, Quoting, TextWords, backslashed
from finops_report.warehouse.engines.server.words import Types

CLICKHOUSE = Dialect("clickhouse")
BEGIN, END = "shards_begin", "shards_end"  # around rows that shards can sum by themselves
HERE = {BEGIN: "(", END: ")"}
PARAMETERS = {
    **dict.fromkeys(GIVEN, "String"),
    "query_id": "String",
    "bucket_ratio": "Float64",
}  # all else is a whole number
AS_TEXT = ("Enum8", "Enum16", "FixedString")
WHOLE = tuple(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64, 128, 256))
TYPES = Types(
    null={
        "time": "Nullable(Int64)",
        "text": "Nullable(String)",
        "number": "Nullable(Float64)",
        "truth": "Nullable(Bool)",
        "json": "Nullable(String)",
    },
    as_they_stand={
        "time": ("DateTime", "DateTime64"),
        "text": (),  # it may be no UTF-8
        "number": (*WHOLE, "Float32", "Float64", "Decimal"),
        "truth": ("Bool",),
        "json": ("JSON",),
    },
    brought={
        **dict.fromkeys(("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32"), "bigint"),
        **dict.fromkeys(("UInt64", "Int128"), "hugeint"),
        **dict.fromkeys(("UInt128", "Int256", "UInt256", "Decimal"), "varchar"),  # their digits
        "Float32": "float",
        "Float64": "double",
    },
    moments=("DateTime", "DateTime64"),
)


@dataclass(frozen=True, slots=True)
class ClickhouseWords(TextWords):
    """The words of ClickHouse (see `Words`); `cluster` is the one whose servers read their own tables (None: here)."""

    dialect: Dialect = CLICKHOUSE
    types: Types = TYPES
    quote: str = BACKQUOTE
    name_quoted: Quoting = backslashed
    text_quoted: Quoting = backslashed
    cluster: str | None = None

    def filled(self, text: str, pieces: Mapping[str, str] = NO_PIECES) -> str:
        known = {**HERE, **pieces}

        def found(name: str) -> str:
            return known[name] if name in known else f"{{{name}:{PARAMETERS.get(name, 'Int64')}}}"

        return PLACE.sub(lambda match: found(match[1]), text)

    def value(self, column: Column) -> str:
        value = self.identifier("recorded", column.name)
        return self.piece("readings/value_of_text", value=value) if column.type in AS_TEXT else value

    def table(self, found: FoundTable) -> str:
        if self.cluster is not None and found.shards is not None:
            return self.identifier(found.shards.schema, found.shards.name)
        return self.identifier(found.table.schema, found.table.name)

    def where(self, text: str, tables: Iterable[FoundTable]) -> ClickhouseWords:
        """Return words that have shards sum their own rows, if all of the tables are of one cluster."""
        clusters = {None if one.shards is None else one.shards.cluster for one in tables}
        return replace(self, cluster=clusters.pop()) if f"${BEGIN}" in text and len(clusters) == 1 else self

    def statement(self, parts: str, text: str) -> str:
        if self.cluster is None:
            return self.piece("frame/statement", parts=parts, text=self.filled(text))
        begin = self.piece(f"frame/{BEGIN}", cluster=self.literal(self.cluster), parts=parts)
        filled = self.filled(text, {BEGIN: begin, END: "))"})
        return self.piece("frame/statement", parts=self.piece("frame/nothing_else"), text=filled)
