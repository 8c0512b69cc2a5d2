"""Take spans of instrumented applications (OTLP/HTTP), as one more route of the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from finops_router.errors import RouterError
from finops_router.gateway.exchange import ClientLeft, Exchange
from finops_router.gateway.families import SPANS
from finops_router.gateway.gateway import Gateway
from finops_router.gateway.problem import Refusal, problem_of
from finops_router.gateway.wires.openai_errors import refuse
from finops_router.ingest.receiving import Receiver

SETTLE_EVERY_S = 2.0


class Traces:
    """The route /v1/traces of `gateway`; `clock_s` is steady. It needs a key as every other route does."""

    def __init__(self, gateway: Gateway, receiver: Receiver, clock_s: Callable[[], float]) -> None:
        self._gateway, self._receiver, self._clock_s = gateway, receiver, clock_s
        self._timer: asyncio.TimerHandle | None = None

    async def receive(self, exchange: Exchange) -> None:
        """Answer a post of spans."""
        try:
            self._gateway.entrance.key_of(exchange.headers)
            body = await exchange.body(self._gateway.most_body_bytes)
        except ClientLeft:
            return
        except (Refusal, RouterError) as error:
            problem = error.problem if isinstance(error, Refusal) else problem_of(error)
            await refuse(exchange, problem)
            return
        kind, encoding = (exchange.header(name) or b"" for name in (b"content-type", b"content-encoding"))
        found = self._receiver.receive(body, kind.decode("latin-1"), encoding.decode("latin-1"), self._clock_s())
        counted = (("call", found.calls), ("other", found.others), ("rejected", found.rejected))
        for outcome, count in counted:
            if count:
                self._gateway.metrics.add(SPANS, outcome, by=count)
        answer = found.answer
        await exchange.answer(answer.status, answer.content_type.encode(), answer.body)

    def settle(self) -> None:
        """Record the calls of traces that are whole, now and every few seconds, until `close`."""
        self._receiver.settle(self._clock_s())
        self._timer = asyncio.get_running_loop().call_later(SETTLE_EVERY_S, self.settle)

    def close(self) -> None:
        """Record all that is kept: no more spans come."""
        if self._timer is not None:
            self._timer.cancel()
        self._receiver.close()
