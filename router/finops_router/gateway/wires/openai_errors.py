"""Say errors as OpenAI's API does."""

from __future__ import annotations

import msgspec

from finops_router.gateway.exchange import JSON, Exchange, Headers
from finops_router.gateway.problem import Problem

TYPES = {
    "authentication": "authentication_error",
    "permission": "permission_error",
    "rate_limit": "rate_limit_error",
    "internal": "server_error",
    "upstream": "server_error",
    "overloaded": "server_error",
    "timeout": "server_error",
    "budget": "insufficient_quota",
}


def openai_problem(problem: Problem, request_id: str) -> bytes:
    """Return the body of an error; its id stands in the header `x-request-id`."""
    kind = TYPES.get(problem.kind, "invalid_request_error")
    return msgspec.json.encode(
        {"error": {"message": problem.message, "type": kind, "param": None, "code": problem.code}}
    )


async def refuse(exchange: Exchange, problem: Problem, more: Headers = ()) -> None:
    """Answer a request with a problem, where no wire of a client has another way to say it."""
    await exchange.answer(problem.status, JSON, openai_problem(problem, ""), [*problem.headers(), *more])


def openai_problem_event(problem: Problem, request_id: str) -> bytes:
    """Return the event that ends a stream in an error: the SDKs raise it."""
    return b"data: %b\n\n" % openai_problem(problem, request_id)
