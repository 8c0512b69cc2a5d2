"""Say how the pieces of SQL in sql/dialects/spark are filled: names in backquotes, values as parameters."""

from __future__ import annotations

from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.text_words import BACKQUOTE, TextWords, backslashed
from finops_report.warehouse.engines.server.words import Types

TYPES = Types(
    null={"time": "bigint", "text": "string", "number": "double", "truth": "boolean", "json": "string"},
    as_they_stand={
        "time": ("timestamp", "timestamp_ntz"),
        "text": (),  # it may be no UTF-8
        "number": ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal"),
        "truth": ("boolean",),
        "json": ("variant",),
    },
    brought={
        **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "bigint"),
        "float": "float",
        "double": "double",
        "decimal": "varchar",  # its digits
    },
    moments=("timestamp", "timestamp_ntz"),
)


WORDS = TextWords(Dialect("spark"), TYPES, BACKQUOTE, text_quoted=backslashed)
