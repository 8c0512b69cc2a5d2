"""What guardrails see of the router's own requests and replies, and how masked texts come back into them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from msgspec import structs

from finops_router.calls import AnyRequest, EmbeddingRequest, Message, Reply, RoutedReply, Target
from finops_router.guardrails.contract import Answered, Asked
from finops_router.pricing.estimate import prompt_tokens

Answer = TypeVar("Answer", bound=RoutedReply)


def asked_of(request: AnyRequest, epoch_us: int) -> Asked:
    """Return what guardrails see of `request`, which came at `epoch_us`."""
    tools: tuple[str, ...] = ()
    most: int | None = None
    if not isinstance(request, EmbeddingRequest):
        tools, most = tuple(tool.name for tool in request.tools), request.max_output_tokens
    return Asked(
        request_id=request.request_id,
        epoch_us=epoch_us,
        model=request.group,
        texts=tuple(_texts(request)),
        tools=tools,
        team=request.team,
        project=request.project,
        environment=request.environment,
        end_user=request.end_user,
        tags=request.tags,
        region=request.region,
        input_tokens=prompt_tokens(request),
        max_output_tokens=most,
    )


def with_texts(request: AnyRequest, texts: tuple[str, ...]) -> AnyRequest:
    """Return `request` with `texts` in the places of those that `asked_of` took from it."""
    left = iter(texts)
    if isinstance(request, EmbeddingRequest):
        return replace(request, inputs=[next(left) if isinstance(one, str) else one for one in request.inputs])
    return replace(request, messages=tuple(_with_texts(message, left) for message in request.messages))


def answered_by(reply: RoutedReply, target: Target | None) -> Answered:
    """Return what guardrails see of `reply`, which `target` gave."""
    if not isinstance(reply, Reply):
        return Answered(target=target)
    return Answered(
        texts=(reply.text, *(call.arguments for call in reply.tool_calls)),
        tools=tuple(call.name for call in reply.tool_calls),
        target=target,
        output_tokens=reply.usage.output_tokens,
    )


def with_answer(reply: Answer, texts: tuple[str, ...]) -> Answer:
    """Return `reply` with `texts` in the places of those that `answered_by` took from it."""
    if not isinstance(reply, Reply):
        return reply
    calls = zip(reply.tool_calls, texts[1:], strict=True)
    return structs.replace(
        reply, text=texts[0], tool_calls=tuple(structs.replace(call, arguments=text) for call, text in calls)
    )


def _texts(request: AnyRequest) -> Iterator[str]:
    if isinstance(request, EmbeddingRequest):
        yield from (one for one in request.inputs if isinstance(one, str))
        return
    for message in request.messages:
        yield message.text
        yield from (call.arguments for call in message.tool_calls)


def _with_texts(message: Message, left: Iterator[str]) -> Message:
    text = next(left)
    calls = tuple(structs.replace(call, arguments=next(left)) for call in message.tool_calls)
    return structs.replace(message, text=text, tool_calls=calls)
