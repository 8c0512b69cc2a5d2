"""Read what is posted to /v1/traces and answer it, as OTLP/HTTP says: in JSON or protobuf, plain or gzip.

https://opentelemetry.io/docs/specs/otlp/#otlphttp: an answer has the content type of its request, a body that nobody
can read is a 400 with a google.rpc.Status, spans that nobody can read are counted in a partial success.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from finops_router.ingest.otlp_json import Span, spans_of
from finops_router.ingest.values import BadValueError

JSON, PROTOBUF = "application/json", "application/x-protobuf"
MOST_BYTES = 8 * 2**20  # of a body once it is inflated: sixteen times a batch of 512 spans with all their attributes
GZIP = 16 + zlib.MAX_WBITS  # with gzip's own head and sum
LONGEST_MESSAGE = 500


class Answer(NamedTuple):
    """What is sent back: an HTTP status, a body and its content type."""

    status: int
    body: bytes
    content_type: str


class BodyError(Exception):
    """A body that is not taken: with the status that says why, and words for whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def posted(body: bytes, content_type: str, content_encoding: str) -> Iterator[Span | BadValueError]:
    """Yield the spans of a posted body, or why one of them cannot be read. Raises BodyError before the first."""
    kind, plain = media_type(content_type), inflated(body, content_encoding)
    if kind == PROTOBUF:
        try:
            from finops_router.ingest.otlp_protobuf import spans_of_protobuf  # noqa: PLC0415 -- an extra
        except ImportError:
            raise BodyError(415, f"{PROTOBUF} needs opentelemetry-proto: install finops-report[gateway]") from None
        try:
            return spans_of_protobuf(plain)
        except BadValueError as error:
            raise BodyError(400, str(error)) from None
    try:
        request = msgspec.json.decode(plain, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BodyError(400, f"the body is no JSON object: {error}") from None
    return spans_of(request)


def media_type(content_type: str) -> str:
    """Return the kind of a body without parameters. Raises BodyError (415)."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in {JSON, PROTOBUF}:
        raise BodyError(415, f"the content type is {kind or 'missing'}, and neither {JSON} nor {PROTOBUF}")
    return kind


def inflated(body: bytes, content_encoding: str) -> bytes:
    """Return a body as it was before its encoding, at most MOST_BYTES of it. Raises BodyError (400, 413, 415)."""
    encoding = content_encoding.strip().lower()
    if encoding in {"", "identity"}:
        if len(body) > MOST_BYTES:
            raise _too_large()
        return body
    if encoding != "gzip":
        raise BodyError(415, f"the content encoding is {encoding}, and neither gzip nor none")
    found = bytearray()
    while True:  # gzip's members follow each other
        member = zlib.decompressobj(GZIP)
        try:
            found += member.decompress(body, MOST_BYTES + 1 - len(found))
        except zlib.error as error:
            raise BodyError(400, f"the body is no gzip: {error}") from None
        if len(found) > MOST_BYTES:
            raise _too_large()
        if not member.eof:
            raise BodyError(400, "the body is no gzip: it ends early")
        body = member.unused_data
        if not body:
            return bytes(found)


def _too_large() -> BodyError:
    return BodyError(413, f"the body is larger than {MOST_BYTES} bytes: export fewer spans at a time")


def accepted(content_type: str, rejected: int, reason: str) -> Answer:
    """Return the answer to a body that was read: `rejected` spans of it could not be, by `reason`."""
    kind = media_type(content_type)
    message = reason[:LONGEST_MESSAGE].encode(errors="replace").decode()
    if kind == PROTOBUF:
        from finops_router.ingest.otlp_protobuf import partial_success  # noqa: PLC0415 -- an extra, there if it was read

        return Answer(200, partial_success(rejected, message), PROTOBUF)
    part = {"partialSuccess": {"rejectedSpans": str(rejected), "errorMessage": message}}  # int64 is text in JSON
    return Answer(200, msgspec.json.encode(part if rejected else {}), JSON)


def refused(content_type: str, error: BodyError) -> Answer:
    """Return the answer to a body that was not taken: a google.rpc.Status with words, no code of its own."""
    message = str(error)[:LONGEST_MESSAGE].encode(errors="replace")
    if content_type.partition(";")[0].strip().lower() == PROTOBUF:
        return Answer(error.status, b"\x12" + _varint(len(message)) + message, PROTOBUF)  # field 2, a text
    return Answer(error.status, msgspec.json.encode({"message": message.decode(errors="replace")}), JSON)


def _varint(number: int) -> bytes:
    """Return a number below 16,384 as protobuf writes it."""
    return bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
