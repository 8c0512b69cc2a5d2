"""What the gateway needs of a wire that clients speak: read a request, write its answer, say what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from finops_router.calls import Message, Native, Reply, Tool
from finops_router.gateway.problem import Problem


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks, as far as the router must know it: the `model` it names, and the request as it wrote it.

    `answers` is how many it wants at once. `inputs` are what to embed, and `dimensions` how long the vectors are to be;
    None asks for an answer to messages.
    """

    model: str
    native: Native
    stream: bool = False
    estimated_input_tokens: int = 0
    max_output_tokens: int | None = None
    service_tier: str | None = None
    end_user: str | None = None
    answers: int = 1
    inputs: tuple[Any, ...] | None = None
    dimensions: int | None = None


class Portable(msgspec.Struct, frozen=True, kw_only=True):
    """The same request in our own values, for targets of other wires."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    json_schema: Mapping[str, Any] | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    tool_choice: str | None = None


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """Which request an answer belongs to: its id, when it came (seconds since 1970), and what was asked.

    `warning` names budgets that are nearly used.
    """

    request_id: str
    created_s: int
    asked: Asked
    warning: bytes = b""


class StreamWriter(Protocol):
    """Writes the answer of a target of another wire, piece by piece, as events of the client's."""

    def text(self, text: str) -> bytes:
        """Return the events of the next piece of text."""
        ...

    def end(self, reply: Reply) -> bytes:
        """Return the last events: what the pieces have not brought, why it ended, what it used."""
        ...


class ClientWire(Protocol):
    """One wire that clients speak. `name` is what providers call it; `end_mark` follows a native stream."""

    name: str
    end_mark: bytes

    def read(self, fields: dict[str, msgspec.Raw], headers: Mapping[str, str], model: str | None) -> Asked:
        """Return what a body of `fields` asks; `model` is the one that the path names. Raises Refusal."""
        ...

    def portable(self, asked: Asked) -> Portable:
        """Return the same in our own values; raises NotCarriedError for what they do not have, Refusal for nonsense."""
        ...

    def plain(self, answering: Answering, reply: Any) -> bytes:
        """Return the whole answer of a target of another wire."""
        ...

    def stream(self, answering: Answering) -> StreamWriter:
        """Return who writes the answer of a target of another wire."""
        ...

    def problem(self, problem: Problem, request_id: str) -> bytes:
        """Return the body of an answer that is an error."""
        ...

    def problem_event(self, problem: Problem, request_id: str) -> bytes:
        """Return the event that ends a stream in an error."""
        ...
