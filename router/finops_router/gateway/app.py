"""The routes of the gateway: an ASGI application whose table says which path is answered by whom."""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from finops_router.errors import RouterError
from finops_router.gateway.client_wire import ClientWire
from finops_router.gateway.count_tokens import count_tokens
from finops_router.gateway.exchange import JSON, Exchange, Message, Receive, Send
from finops_router.gateway.exposition import CONTENT_TYPE
from finops_router.gateway.gateway import Gateway
from finops_router.gateway.problem import Problem, problem_of
from finops_router.gateway.wires.anthropic_messages import AnthropicMessages
from finops_router.gateway.wires.gemini import Gemini
from finops_router.gateway.wires.openai_chat import OpenAIChat
from finops_router.gateway.wires.openai_embeddings import OpenAIEmbeddings
from finops_router.gateway.wires.openai_errors import openai_problem, refuse
from finops_router.gateway.wires.openai_responses import OpenAIResponses

GEMINI_PATH = re.compile(r"/v1(?:beta)?/models/(.+):(generateContent|streamGenerateContent)")
GEMINI: Mapping[str, ClientWire] = {
    "generateContent": Gemini(streams=False),
    "streamGenerateContent": Gemini(streams=True),
}
TOLD_TO_THE_END = frozenset({"/healthz", "/readyz", "/metrics"})  # also while a worker finishes what is under way
KEY_OF_A_TEAM = Problem(
    status=403,
    kind="permission",
    message="These are numbers of all teams, and the key is of one: ask with a key that has no team",
    code="key_of_a_team",
)
Handler = Callable[[Exchange], Awaitable[None]]
Routes = Mapping[str, Mapping[str, Handler]]  # path -> method -> who answers
POST: Mapping[str, ClientWire] = {
    "/v1/chat/completions": OpenAIChat(),
    "/v1/responses": OpenAIResponses(),
    "/v1/embeddings": OpenAIEmbeddings(),
    "/v1/messages": AnthropicMessages(),
}


def routes_of(gateway: Gateway, keep: Callable[[], None] = lambda: None) -> dict[str, dict[str, Handler]]:
    """Return the table of `gateway`; more routes may be put in. `keep` is called before its metrics are read."""
    found: dict[str, dict[str, Handler]] = {
        path: {"POST": functools.partial(gateway.serve, wire=wire)} for path, wire in POST.items()
    }
    found["/v1/messages/count_tokens"] = {"POST": functools.partial(count_tokens, gateway)}
    found["/v1/models"] = {"GET": functools.partial(_models, gateway)}
    found["/metrics"] = {"GET": functools.partial(_metrics, gateway, keep)}
    found["/healthz"] = {"GET": _healthy}
    found["/readyz"] = {"GET": gateway.readiness.answer}
    return found


class App:
    """Hands each request to its route; paths that name a model go to `gateway`."""

    def __init__(self, routes: Routes, gateway: Gateway) -> None:
        self._routes = routes
        self._gateway = gateway

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request as ASGI has it."""
        exchange = Exchange(scope, receive, send)
        by_method = self._routes.get(exchange.path) or self._of_model(exchange)
        if by_method is None:
            await _refuse(exchange, 404, f"No such path: {exchange.path}", "not_found")
            return
        handler = by_method.get(exchange.method)
        if handler is None:
            allowed = ", ".join(by_method)
            await _refuse(exchange, 405, f"{exchange.path} takes {allowed}", "method_not_allowed", allowed)
            return
        if exchange.header(b"origin") is not None:  # a page in a browser must not spend what this machine may
            await _refuse(exchange, 403, "Requests of web pages are not served (CORS is off)", "cors_is_off")
            return
        if self._gateway.readiness.is_draining and exchange.path not in TOLD_TO_THE_END:
            await _draining(exchange)
            return
        await handler(exchange)

    def _of_model(self, exchange: Exchange) -> Mapping[str, Handler] | None:
        """Return who answers a path of Gemini, which names the model; None for any other."""
        found = GEMINI_PATH.fullmatch(exchange.path)
        if found is None:
            return None
        return {"POST": functools.partial(self._gateway.serve, wire=GEMINI[found[2]], model=found[1])}


async def _refuse(exchange: Exchange, status: int, message: str, code: str, allowed: str = "") -> None:
    body = openai_problem(Problem(status=status, kind="invalid_request", message=message, code=code), "")
    headers = [(b"connection", b"close")] + ([(b"allow", allowed.encode())] if allowed else [])
    await exchange.answer(status, JSON, body, headers)


async def _draining(exchange: Exchange) -> None:
    """Send a call elsewhere: this worker is told to stop, and takes no more."""
    problem = Problem(
        status=503, kind="overloaded", message="This worker is about to stop: send it again", code="draining",
        retry_after_s=1.0, is_worth_a_retry=True,
    )  # fmt: skip
    await refuse(exchange, problem, [(b"connection", b"close")])


async def _healthy(exchange: Exchange) -> None:
    await exchange.answer(200, JSON, b'{"status":"ok"}')


async def _metrics(gateway: Gateway, keep: Callable[[], None], exchange: Exchange) -> None:
    """Answer with the numbers of all workers, as Prometheus reads them; not to a key of a team: they are of all."""
    if await _is_let_in(gateway, exchange, is_of_all=True):
        keep()
        await exchange.answer(200, CONTENT_TYPE.encode(), gateway.metrics.text())


async def _is_let_in(gateway: Gateway, exchange: Exchange, *, is_of_all: bool = False) -> bool:
    """Return whether a request has a key if it needs one, not of a team for what is of all; else it is answered."""
    try:
        key = gateway.entrance.key_of(exchange.headers)
    except RouterError as error:
        await refuse(exchange, problem_of(error))
        return False
    if is_of_all and key is not None and key.team:
        await refuse(exchange, KEY_OF_A_TEAM)
        return False
    return True


async def _models(gateway: Gateway, exchange: Exchange) -> None:
    """Answer with every name that a client may give as a model, as OpenAI lists them."""
    if not await _is_let_in(gateway, exchange):
        return
    names = gateway.backend.groups.names()
    listed = [{"id": name, "object": "model", "created": 0, "owned_by": "finops-report"} for name in names]
    await exchange.answer(200, JSON, msgspec.json.encode({"object": "list", "data": listed}))
