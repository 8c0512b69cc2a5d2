"""Read the body of a request: its fields as JSON, and the few of them that the gateway must know by value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from finops_router.gateway.problem import bad_request
from finops_router.pricing.estimate import TOKENS_PER_IMAGE, tokens_of

Value = TypeVar("Value")
Fields = Mapping[str, msgspec.Raw]
BODY = msgspec.json.Decoder(dict[str, msgspec.Raw])
EMBEDDED = re.compile(rb'"(?:data:[^"]*;base64,)?[A-Za-z0-9+/=_-]{2000,}"')  # a picture within the request
DECODERS: Mapping[type, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind | None) for kind in (str, int, float, dict)
}
ANYTHING = msgspec.json.Decoder()
NOTHING = (b"null", b"[]", b"{}", b"false")


class NotCarriedError(Exception):
    """Something of a request that no other wire can carry: `what` names it."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


def fields_of(body: bytes) -> dict[str, msgspec.Raw]:
    """Return the fields of a body; raises Refusal if it is no JSON object."""
    try:
        body.decode()
        return BODY.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as err:
        reason = str(err) if isinstance(err, msgspec.MsgspecError) else type(err).__name__
    raise bad_request(f"The body is no JSON object: {reason}", "invalid_json")


def value_of(fields: Fields, key: str, kind: type[Value]) -> Value | None:
    """Return the value of a field, None if it is missing or null; raises Refusal if it is not of `kind`."""
    raw = fields.get(key)
    if raw is None:
        return None
    found: Value | None = _read(key, raw, DECODERS[kind])
    return found


def parsed(fields: Fields, key: str) -> Any:
    """Return the value of a field whatever it is, None if it is missing."""
    raw = fields.get(key)
    return None if raw is None else _read(key, raw, ANYTHING)


def _read(key: str, raw: msgspec.Raw, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError) as err:
        reason = str(err)
    raise bad_request(f"The field {key} cannot be used: {reason}", "invalid_value")


def model_of(fields: Fields) -> str:
    """Return the model that a body names; raises Refusal if it names none."""
    if model := value_of(fields, "model", str):
        return model
    raise bad_request("model is missing: it names a group or a target of the gateway", "missing_model")


def messages_in(fields: Fields) -> msgspec.Raw:
    """Return the messages of a body as they came; raises Refusal if there is no list of them."""
    messages = fields.get("messages")
    if messages is None or not bytes(messages).startswith(b"["):
        raise bad_request("messages is missing, or no list", "missing_messages")
    return messages


def is_streamed(fields: Fields) -> bool:
    """Return whether a body asks for its answer in pieces."""
    return bytes(fields.get("stream", b"")) == b"true"


def has(fields: Fields, key: str) -> bool:
    """Return whether a field is there and says something: not null, false or empty."""
    raw = fields.get(key)
    return raw is not None and bytes(raw) not in NOTHING


def only_known(fields: Fields, carried: frozenset[str], neutral: Mapping[str, tuple[Any, ...]]) -> None:
    """Raise NotCarriedError for the first field that is not `carried`, unless it has a `neutral` value or none."""
    for key, raw in fields.items():
        if key in carried or bytes(raw) in NOTHING:
            continue
        if key not in neutral or parsed(fields, key) not in neutral[key]:
            raise NotCarriedError(key)


def estimated_tokens(*parts: msgspec.Raw | None) -> int:
    """Return about how many tokens the JSON of a prompt has; pictures within it count as pictures."""
    characters = pictures = 0
    for part in parts:
        if part is None:
            continue
        content = bytes(part)
        if len(content) > 2000 and (embedded := EMBEDDED.findall(content)):
            pictures += len(embedded)
            characters -= sum(map(len, embedded))
        characters += len(content)
    return tokens_of(characters) + pictures * TOKENS_PER_IMAGE
