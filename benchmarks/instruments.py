"""What it costs a call that its client is watched, its span read, or said to OpenTelemetry and Prometheus.

Clients call a transport within the process, so nothing but the SDK, and what watches it, takes time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from finops_router.instruments import instrument
from finops_router.pricing.prices import Prices
from finops_router.records import AttemptRecord, GuardrailRecord, RequestRecord

ASK = [{"role": "user", "content": "Hi"}]
HEAD = {"id": "chatcmpl-abcdefgh", "created": 1, "model": "gpt-4o-mini"}
USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 50,
    "total_tokens": 1050,
    "prompt_tokens_details": {"cached_tokens": 600},
    "completion_tokens_details": {"reasoning_tokens": 20},
}
MESSAGE = {"role": "assistant", "content": "Hello " * 200}
PLAIN = json.dumps(
    HEAD
    | {"object": "chat.completion", "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop"}]}
    | {"usage": USAGE}
).encode()
RECORD = RequestRecord(
    timestamp_us=1_790_856_000_000_000, request_id="0123456789abcdef", strategy="cost-first", provider="openai",
    model="gpt-4o-mini", requested_model="chat", operation="chat", input_tokens=1000, output_tokens=50,
    cache_read_input_tokens=600, cost_estimated=0.000135, latency_ms=812.5, ttft_ms=80.0, team="search", status="ok",
    attempts=1,
)  # fmt: skip


class Nowhere:
    """A recorder that keeps nothing: what records cost is measured in `collector`."""

    def record(self, record: RequestRecord) -> None: ...
    def record_attempt(self, record: AttemptRecord) -> None: ...
    def record_guardrail(self, record: GuardrailRecord) -> None: ...


def stream_of(chunks: int) -> bytes:
    """Return a streamed answer of so many pieces."""
    piece = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hello "}}]}
    last = HEAD | {"object": "chat.completion.chunk", "choices": [], "usage": USAGE}
    events = [HEAD | piece] * chunks + [last]
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"


def client_of(body: bytes, kind: str, *, is_watched: bool) -> Callable[..., object]:
    """Return what asks an OpenAI client whose server is within the process."""
    import httpx2
    import openai

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": kind}, content=body)

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = openai.OpenAI(api_key="none", base_url="http://server.invalid/v1", http_client=http, max_retries=0)
    if is_watched:
        instrument(client, Nowhere(), team="search", prices=Prices())
    return client.chat.completions.create


def run(calls: int = 400, rounds: int = 7, chunks: int = 200) -> None:
    """Print microseconds of a call: the SDK's alone, watched, and what is added."""
    ask = {"model": "gpt-4o-mini", "messages": ASK}
    print(f"{'a call':44}{'alone':>10}{'watched':>10}{'added':>10}")
    plain = [client_of(PLAIN, "application/json", is_watched=watched) for watched in (False, True)]
    _row("OpenAI's SDK, plain", [lambda c=c: c(**ask) for c in plain], calls, rounds)  # type: ignore[misc] # one each
    body = stream_of(chunks)
    streams = [client_of(body, "text/event-stream", is_watched=watched) for watched in (False, True)]
    asks = [lambda c=c: list(c(stream=True, **ask)) for c in streams]  # type: ignore[misc] # one each
    _row(f"OpenAI's SDK, a stream of {chunks} pieces", asks, max(calls // 100, 1), rounds)
    print(f"\n{'what a record costs beside its journal':44}{'us':>10}")
    for name, work in _recorders():
        print(f"{name:44}{_least_us(work, calls, rounds):>10.1f}")


def _recorders() -> list[tuple[str, Callable[[], object]]]:
    from finops_router.gateway.metrics import Counting, Metrics

    counting = Counting(Nowhere(), Metrics())
    rows: list[tuple[str, Callable[[], object]]] = [
        ("counted for Prometheus", lambda: counting.record(RECORD)),
    ]
    try:
        from finops_router.instruments.exported import Exported
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.trace import TracerProvider
    except ImportError:
        return rows
    bare = Exported(Nowhere())
    full = Exported(Nowhere(), TracerProvider(shutdown_on_exit=False), MeterProvider(shutdown_on_exit=False))
    rows.append(("said to OpenTelemetry's API, no SDK", lambda: bare.record(RECORD)))
    rows.append(("said to its SDK, without an exporter", lambda: full.record(RECORD)))
    return rows


def _row(name: str, both: list[Callable[[], object]], calls: int, rounds: int) -> None:
    """Print one kind of call: both ways by turns, the least of each, for nothing makes code faster than it is."""
    pairs = []
    for work in both:
        work()
    for _ in range(rounds):
        pairs.append([_once_us(work, calls) for work in both])
    alone, watched = (min(pair[place] for pair in pairs) for place in (0, 1))
    print(f"{name:44}{alone:>10.1f}{watched:>10.1f}{watched - alone:>10.1f}{watched / alone:>8.3f}x")


def _once_us(work: Callable[[], object], calls: int) -> float:
    begin = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - begin) * 1e6 / calls


def _least_us(work: Callable[[], object], calls: int, rounds: int) -> float:
    work()
    return min(_once_us(work, calls) for _ in range(rounds))
