"""Go on with an answer that broke off: the next model gets the text so far as the beginning of its own (prefill)."""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec
from msgspec import structs

from finops_router.calls import Message, Reply, Request, Target
from finops_router.pricing.usage import CHARACTERS_A_TOKEN


def continues(target: Target, request: Request, said: str) -> bool:
    """Whether `target` takes `said` as a beginning; an answer with tools or a schema is not text alone."""
    return target.prefill and bool(said.strip()) and not request.tools and request.json_schema is None


class Beginning(msgspec.Struct, frozen=True):
    """The text of an answer that broke off, which the caller has; empty where there is none."""

    said: str

    def asked(self, request: Request) -> Request:
        """Return `request` with the text as a last message of the assistant's; its tokens are in, not out.

        Without the space at its end, which providers refuse.
        """
        if not self.said:
            return request
        tokens = math.ceil(len(self.said) / CHARACTERS_A_TOKEN)
        most = request.max_output_tokens
        return replace(
            request,
            messages=(*request.messages, Message(role="assistant", text=self.said.rstrip())),
            estimated_input_tokens=request.estimated_input_tokens + tokens,
            max_output_tokens=None if most is None else max(most - tokens, 1),
        )

    def whole(self, reply: Reply) -> Reply:
        """Return `reply` to the rest as the reply to it all."""
        return structs.replace(reply, text=self.said + self.next(reply.text, first=True)) if self.said else reply

    def next(self, text: str, first: bool) -> str:
        """Return a piece of the rest as it follows: where the text ended in a space, the `first` has none."""
        return text.lstrip() if first and self.said[-1:].isspace() else text
