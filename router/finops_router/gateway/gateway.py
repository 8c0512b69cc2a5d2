"""The way of a request through the gateway: read, asked of the router, answered in the client's own wire."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import msgspec

from finops_router.calls import AnyRequest, Delta, EmbeddingRequest, Reply, Request, RoutedReply
from finops_router.errors import ProviderError, RouterError
from finops_router.gateway.attribution_headers import Attribution, attribution_of
from finops_router.gateway.backend import Backend
from finops_router.gateway.client_wire import Answering, Asked, ClientWire
from finops_router.gateway.entrance import Entrance
from finops_router.gateway.exchange import EVENTS, JSON, ClientLeft, Exchange, Headers
from finops_router.gateway.families import IN_FLIGHT, REFUSED
from finops_router.gateway.fields import NotCarriedError, fields_of
from finops_router.gateway.metrics import Metrics
from finops_router.gateway.problem import KEPT_OUT, Problem, Refusal, bad_request, problem_of
from finops_router.gateway.readiness import Readiness
from finops_router.pricing.estimate import prompt_tokens
from finops_router.records import Recorder

LOG = logging.getLogger(__name__)
TOO_LARGE = 413
INTERNAL = Problem(status=500, kind="internal", message="The gateway failed on this request; its log says why")
STREAM_HEADERS = ((b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no"))


class Gateway:
    """Answers clients by way of a router, which records into `recorder`. `clock` gives seconds since 1970 UTC."""

    def __init__(
        self,
        backend: Backend,
        entrance: Entrance,
        recorder: Recorder,
        metrics: Metrics,
        readiness: Readiness,
        most_body_bytes: int,
        clock: Callable[[], float],
    ) -> None:
        self.backend = backend
        self.entrance = entrance
        self.recorder = recorder
        self.metrics = metrics
        self.readiness = readiness
        self.most_body_bytes = most_body_bytes
        self._clock = clock

    async def serve(self, exchange: Exchange, wire: ClientWire, model: str | None = None) -> None:
        """Answer a request of `wire`; `model` is the one that its path names. Whatever goes wrong is said in `wire`."""
        request_id = os.urandom(16).hex()
        try:
            key = self.entrance.key_of(exchange.headers)
            attribution = attribution_of(exchange.headers)
            fields = fields_of(await exchange.body(self.most_body_bytes))
            asked = wire.read(fields, dict(_texts(exchange.headers)), model)
            request = self._request(request_id, asked, attribution, wire)
            targets = self.backend.groups.targets(asked.model)
            request, warning = await self.entrance.enter(request, key, targets, asked.answers)
            answering = Answering(
                request_id=request_id, created_s=int(self._clock()), asked=asked, warning=warning.encode()
            )
            self.metrics.add(IN_FLIGHT)
            try:
                await exchange.while_connected(
                    self._stream(exchange, wire, request, answering, live=attribution.stream != "whole")
                    if isinstance(request, Request) and request.stream
                    else self._plain(exchange, wire, request, answering)
                )
            finally:
                self.metrics.add(IN_FLIGHT, by=-1)
        except ClientLeft:
            LOG.debug("A client left before it had its answer")
        except Refusal as refusal:
            self.metrics.add(REFUSED, refusal.problem.code or refusal.problem.kind)
            await _fail(exchange, wire, refusal.problem, request_id)
        except RouterError as error:
            problem = problem_of(error)
            if error.error_type in KEPT_OUT and not isinstance(error, ProviderError):
                self.metrics.add(REFUSED, problem.code or problem.kind)
            await _fail(exchange, wire, problem, request_id)
        except Exception:
            LOG.exception("The gateway failed on a request")
            await _fail(exchange, wire, INTERNAL, request_id)
        finally:
            self.entrance.left(request_id)

    def _request(self, request_id: str, asked: Asked, attribution: Attribution, wire: ClientWire) -> AnyRequest:
        """Return the request for the router; in our own values, too, if a target of its group speaks another wire."""
        said = msgspec.structs.asdict(attribution)
        del said["stream"]  # how the answer is sent, not what is asked
        said["end_user"] = attribution.end_user or asked.end_user
        common = said | {"request_id": request_id, "group": asked.model, "native": asked.native}
        request: AnyRequest
        if asked.inputs is not None:
            request = EmbeddingRequest(**common, inputs=asked.inputs, dimensions=asked.dimensions)
            request = replace(request, estimated_input_tokens=prompt_tokens(request))
        else:
            request = Request(
                **common,
                estimated_input_tokens=asked.estimated_input_tokens,
                max_output_tokens=asked.max_output_tokens,
                service_tier=asked.service_tier,
                stream=asked.stream,
            )
        if self.backend.looks_inside:
            return _looked_into(request, asked, wire)
        return request if self.backend.groups.is_native(asked.model, wire.name) else _portable(request, asked, wire)

    async def _plain(self, exchange: Exchange, wire: ClientWire, request: AnyRequest, answering: Answering) -> None:
        router = self.backend.router
        reply: RoutedReply = await (
            router.embed(request) if isinstance(request, EmbeddingRequest) else router.complete(request)
        )
        body = reply.raw or wire.plain(answering, reply)
        await exchange.answer(200, JSON, body, [*_reply_headers(reply, request.request_id), *_warned(answering)])

    async def _stream(
        self, exchange: Exchange, wire: ClientWire, request: Request, answering: Answering, *, live: bool
    ) -> None:
        """Send the pieces as they come; the head only with the first, so that an error before it has its status.

        If it is not `live` they come when all are there, and so from a target that did not break off.
        """
        writer = wire.stream(answering)
        is_native, head = False, (*STREAM_HEADERS, (b"x-request-id", request.request_id.encode()), *_warned(answering))
        async with aclosing(self.backend.router.stream(request, live=live, restarts=False)) as pieces:
            async for piece in pieces:
                if not exchange.has_begun:
                    await exchange.begin(200, EVENTS, head)
                if isinstance(piece, Delta):
                    is_native = is_native or bool(piece.raw)
                    await exchange.write(piece.raw or writer.text(piece.text))
                elif isinstance(piece, Reply):
                    is_native = is_native or bool(piece.raw)
                    await exchange.end(piece.raw + wire.end_mark if is_native else writer.end(piece))


def _portable(request: AnyRequest, asked: Asked, wire: ClientWire) -> AnyRequest:
    """Return `request` in our own values as well, or bound to its wire by what these do not have."""
    try:
        own = wire.portable(asked)
    except NotCarriedError as err:
        native = msgspec.structs.replace(asked.native, bound_by=err.what)
        return replace(request, native=native)
    if isinstance(request, EmbeddingRequest):
        return request
    return replace(
        request,
        messages=own.messages,
        tools=own.tools,
        json_schema=own.json_schema,
        temperature=own.temperature,
        top_p=own.top_p,
        stop=own.stop,
        tool_choice=own.tool_choice,
    )


def _looked_into(request: AnyRequest, asked: Asked, wire: ClientWire) -> AnyRequest:
    """Return `request` in our own values alone, for guardrails; raises Refusal for what they could not look into.

    What went out as it came would go out unmasked.
    """
    own = _portable(request, asked, wire)
    if own.native is not None and own.native.bound_by:
        raise bad_request(f"Guardrails cannot look into {own.native.bound_by}, so it is not let through", "unguarded")
    return replace(own, native=None)


def _reply_headers(reply: RoutedReply, request_id: str) -> Headers:
    """Return who answered, after how many attempts, and what it cost."""
    yield b"x-request-id", request_id.encode()
    yield b"x-finops-provider", (reply.provider or "").encode()
    yield b"x-finops-attempts", b"%d" % sum(attempt.outcome != "skipped" for attempt in reply.attempts)
    if reply.cost_usd is not None:
        yield b"x-finops-cost-usd", f"{reply.cost_usd:f}".encode()


def _warned(answering: Answering) -> Headers:
    """Return the header that says which budgets are nearly used."""
    return ((b"x-finops-budget-warning", answering.warning),) if answering.warning else ()


def _texts(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


async def _fail(exchange: Exchange, wire: ClientWire, problem: Problem, request_id: str) -> None:
    """Say what went wrong: as an answer, or as the last event of one that has begun, which is then broken off."""
    if exchange.is_whole:
        return
    if exchange.has_begun:
        await exchange.write(wire.problem_event(problem, request_id))
        return
    headers = [*problem.headers(), (b"x-request-id", request_id.encode())]
    if problem.status == TOO_LARGE:
        headers.append((b"connection", b"close"))  # the rest of it is not read
    await exchange.answer(problem.status, JSON, wire.problem(problem, request_id), headers)
