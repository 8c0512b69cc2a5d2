"""Count the tokens of a request without an answer, as Anthropic's clients ask: by Anthropic if it may, else about."""

from __future__ import annotations

import msgspec

from finops_router.errors import ProviderError, RouterError
from finops_router.gateway.exchange import JSON, ClientLeft, Exchange
from finops_router.gateway.fields import fields_of
from finops_router.gateway.gateway import Gateway
from finops_router.gateway.problem import Problem, Refusal, problem_of
from finops_router.gateway.wires.anthropic_messages import AnthropicMessages
from finops_router.providers.anthropic import AnthropicProvider

WIRE = AnthropicMessages()


async def count_tokens(gateway: Gateway, exchange: Exchange) -> None:
    """Answer with the tokens of a request. It costs nothing, so it is no call and is not recorded.

    A target of Anthropic's counts itself; without one, or if it cannot just now, it is our estimate, and the header
    `x-finops-estimated` says so.
    """
    try:
        key = gateway.entrance.key_of(exchange.headers)
        fields = fields_of(await exchange.body(gateway.most_body_bytes))
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in exchange.headers}
        asked = WIRE.read(fields, headers, None)
        if key is not None and not key.may_ask(asked.model):
            raise Refusal(Problem(status=403, kind="permission", message=f"This key may not ask for {asked.model}"))
        backend = gateway.backend
        for target in () if backend.looks_inside else backend.groups.targets(asked.model):  # it would go unmasked
            provider = backend.providers[target.provider]
            if not isinstance(provider, AnthropicProvider):
                continue
            try:
                counted = await provider.count_tokens(target, asked.native)
            except ProviderError:
                continue
            await exchange.answer(200, JSON, counted)
            return
        estimated = msgspec.json.encode({"input_tokens": asked.estimated_input_tokens})
        await exchange.answer(200, JSON, estimated, [(b"x-finops-estimated", b"true")])
    except ClientLeft:
        return
    except (Refusal, RouterError) as error:
        problem = error.problem if isinstance(error, Refusal) else problem_of(error)
        await exchange.answer(problem.status, JSON, WIRE.problem(problem, ""), problem.headers())
