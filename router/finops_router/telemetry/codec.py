"""Write records as lines of the journal and read them back: one JSON object a line."""

from __future__ import annotations

from typing import Any

import msgspec

from finops_router.calls import AttemptRecord, GuardrailRecord, RequestRecord

Record = RequestRecord | AttemptRecord | GuardrailRecord
BIGINT = range(-(2**63), 2**63)
encode = msgspec.json.Encoder().encode


def decode(line: bytes) -> Record:
    """Read a line back; attempts and guardrail decisions are known by the keys only they have.

    Raises msgspec.MsgspecError or UnicodeDecodeError when the line is no record.
    """
    fields: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    if "attempt" in fields:
        return msgspec.convert(fields, AttemptRecord)
    if "guardrail" in fields:
        return msgspec.convert(fields, GuardrailRecord)
    return msgspec.convert(fields, RequestRecord)


def is_record(line: bytes) -> bool:
    """Whether a line is a whole record whose numbers a BIGINT holds."""
    try:
        record = decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    values = (getattr(record, name) for name in record.__struct_fields__)
    return all(value in BIGINT for value in values if type(value) is int)
