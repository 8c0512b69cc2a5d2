"""Write numbers into the text of a statement with the types that they have as parameters: COPY takes none.

Without it a number in floating point would be one of exact digits there, and what is worked out with it another.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.adapt import Dumper


class WholeNumbers(Dumper):
    """Python's whole numbers as PostgreSQL's widest."""

    oid = psycopg.adapters.types["int8"].oid

    def dump(self, obj: int) -> bytes:
        return str(obj).encode()

    def quote(self, obj: int) -> bytes:
        return f"'{obj}'::int8".encode()


class FloatingPoint(Dumper):
    """Python's numbers in floating point as the same of PostgreSQL, to the last digit."""

    oid = psycopg.adapters.types["float8"].oid

    def dump(self, obj: float) -> bytes:
        return repr(obj).encode()

    def quote(self, obj: float) -> bytes:
        return f"'{obj!r}'::float8".encode()


def type_numbers(connection: psycopg.Connection[Any]) -> None:
    """Have the statements of a connection know the types of numbers, wherever they stand."""
    connection.adapters.register_dumper(int, WholeNumbers)
    connection.adapters.register_dumper(float, FloatingPoint)
