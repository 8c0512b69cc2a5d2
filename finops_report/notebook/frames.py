"""Give the rows of a view the types that pandas has for them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finops_report.warehouse import TypedRows

WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT"})
NUMBERS = frozenset({"DOUBLE", "FLOAT"})
TIMES = frozenset({"DATE", "TIMESTAMP"})


def frame(found: TypedRows) -> pd.DataFrame:
    """Return rows as a DataFrame.

    Counts are int64, or Int64 if some are not known: sums of the database have more digits than a float. Amounts and
    shares are float64, days and moments datetime64, flags bool or boolean, the rest text.
    """
    columns = zip(found.columns, found.types, strict=True)
    return pd.DataFrame(
        {name: _column([row[place] for row in found.rows], kind) for place, (name, kind) in enumerate(columns)}
    )


def _column(values: list[Any], kind: str) -> pd.Series[Any]:
    if kind in WHOLE or kind == "BOOLEAN":
        exact, plain = ("Int64", "int64") if kind in WHOLE else ("boolean", "bool")
        return pd.Series(values, dtype=exact if None in values else plain)
    if kind in NUMBERS or kind.startswith("DECIMAL"):
        return pd.Series(values, dtype="float64")
    if kind in TIMES:
        return pd.to_datetime(pd.Series(values, dtype="object"))
    return pd.Series(values, dtype="str" if kind == "VARCHAR" else "object")
