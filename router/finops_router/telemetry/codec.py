"""Write records as lines of the journal and read them back: one JSON object a line."""

from __future__ import annotations

from typing import Any

import msgspec

from finops_router.records import KINDS, Record, fields, kind_of

# What a BIGINT holds, less its outermost values: as a timestamp they stand for infinity, which no row can have.
STORABLE = range(-(2**63) + 2, 2**63 - 1)
COUNTS = {kind: [name for name, kept in fields(kind).items() if kept is int] for kind in KINDS}
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_encoder = msgspec.json.Encoder()
encode = _encoder.encode
encode_into = _encoder.encode_into
encode_lines = _encoder.encode_lines


def decode(line: bytes) -> Record:
    """Return the record that a line holds.

    Raises msgspec.MsgspecError, UnicodeDecodeError or RecursionError when the line is no record.
    """
    found: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    return msgspec.convert(found, kind_of(found))


def is_record(line: bytes) -> bool:
    """Return whether a line is a whole record of the declared types whose numbers a database can hold."""
    try:
        record = decode(line)
    except UNREADABLE:
        return False
    values = (getattr(record, name) for name in record.__struct_fields__)
    return all(value in STORABLE for value in values if type(value) is int)


def is_surely_none(line: bytes) -> bool:
    """Return whether no store can read a line as a record, whatever it makes of odd types; False if in doubt."""
    if not (line.lstrip()[:1] == b"{" and line.rstrip()[-1:] == b"}"):
        return True
    try:
        found: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    except UNREADABLE:
        return False  # the store's own reader may know better
    if found.get("timestamp_us") is None or found.get("request_id") is None:
        return True
    return any(_is_no_number(found.get(name)) for name in COUNTS[kind_of(found)])


def _is_no_number(value: object) -> bool:
    if isinstance(value, str):
        return not any(letter.isdigit() for letter in value)
    return isinstance(value, list | dict) or (isinstance(value, int) and value not in STORABLE)
