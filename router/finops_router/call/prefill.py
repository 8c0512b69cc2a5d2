"""Continue an answer that broke off: the next model gets the text so far as the start of its own (prefill)."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from msgspec import structs

from finops_router.calls import AnyRequest, Message, Reply, Request, Target
from finops_router.pricing.estimate import tokens_of


class Prefix(msgspec.Struct, frozen=True):
    """The text of an answer that broke off, which the caller may have seen; empty if none did."""

    text: str = ""

    def fits(self, target: Target, request: AnyRequest) -> bool:
        """Return whether `target` can continue the text; an answer with tools or a schema is not text alone."""
        is_text = isinstance(request, Request) and not request.tools and request.json_schema is None
        is_text = is_text and request.native is None  # whose answer is the provider's own events
        return is_text and target.prefill and bool(self.text.strip())

    def added_to(self, request: Request) -> Request:
        """Return `request` with the text as a last message of the assistant's; its tokens are in, not out.

        It goes without the space at its end, which providers refuse.
        """
        if not self.text:
            return request
        tokens, most = tokens_of(len(self.text)), request.max_output_tokens
        return replace(
            request,
            messages=(*request.messages, Message(role="assistant", text=self.text.rstrip())),
            estimated_input_tokens=request.estimated_input_tokens and request.estimated_input_tokens + tokens,
            max_output_tokens=None if most is None else max(most - tokens, 1),
        )

    def whole(self, reply: Reply) -> Reply:
        """Return the reply to the rest of the answer as the reply to all of it."""
        return structs.replace(reply, text=self.text + self.next(reply.text, first=True)) if self.text else reply

    def next(self, text: str, first: bool) -> str:
        """Return a piece of the rest as it follows: the `first` loses its space if the text ended in one."""
        return text.lstrip() if first and self.text[-1:].isspace() else text


NO_PREFIX = Prefix()
