"""Write records as lines of the journal and read them back: one JSON object a line."""

from __future__ import annotations

from typing import Any

import msgspec

from finops_router.records import Record, kind_of

# What a BIGINT holds, less its outermost values: as a timestamp they stand for infinity, which no row can have.
STORABLE = range(-(2**63) + 2, 2**63 - 1)
encode = msgspec.json.Encoder().encode


def decode(line: bytes) -> Record:
    """Return the record that a line holds.

    Raises msgspec.MsgspecError or UnicodeDecodeError when the line is no record.
    """
    fields: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    return msgspec.convert(fields, kind_of(fields))


def is_record(line: bytes) -> bool:
    """Return whether a line is a whole record whose numbers a database can hold."""
    try:
        record = decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    values = (getattr(record, name) for name in record.__struct_fields__)
    return all(value in STORABLE for value in values if type(value) is int)
