"""OpenTelemetry's own exporter posts to a server that hands bodies to the receiver, and its spans become rows once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from aiohttp import web
from finops_router.ingest.receiving import Receiver
from finops_router.pricing.prices import Prices
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import set_span_in_context

CALL: dict[str, str | int | float | list[str]] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.response.time_to_first_chunk": 0.25,
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 300,
}
FIRST_NS = 1_790_856_000_000_000_000


class Served:
    """A receiver behind aiohttp on loopback, in a thread of its own."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver, self.encodings = receiver, set[str]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._runner, self.url = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(20)

    async def _start(self) -> tuple[web.AppRunner, str]:
        app = web.Application()
        app.router.add_post("/v1/traces", self._traces)
        runner = web.AppRunner(app, auto_decompress=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/v1/traces"

    async def _traces(self, request: web.Request) -> web.Response:
        encoding = request.headers.get("Content-Encoding", "")
        self.encodings.add(encoding)
        status, body, kind = self.receiver.receive(
            await request.read(), request.headers.get("Content-Type", ""), encoding, 0.0
        ).answer
        return web.Response(status=status, body=body, headers={"Content-Type": kind})

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()


@pytest.fixture
def telemetry(tmp_path: Path) -> Iterator[TelemetryCollector]:
    with TelemetryCollector(CollectorConfig(tmp_path / "telemetry.duckdb")) as collector:
        yield collector


@pytest.fixture
def served(telemetry: TelemetryCollector, tmp_path: Path) -> Iterator[Served]:
    server = Served(Receiver(telemetry, Prices(), tmp_path / "spool"))
    yield server
    server.stop()


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_spans_of_the_real_exporter_are_rows_once(
    served: Served, telemetry: TelemetryCollector, tmp_path: Path, compression: Compression
) -> None:
    resource = Resource(
        {"service.name": "ranker", "service.namespace": "search", "deployment.environment.name": "prod"}
    )
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=served.url, compression=compression)
    provider.add_span_processor(SimpleSpanProcessor(exporter))  # each span is a post of its own
    tracer = provider.get_tracer("an instrumentation")
    for number in range(3):
        attributes = CALL | {"gen_ai.response.id": f"chatcmpl-{number}"}
        at_ns = FIRST_NS + number * 10**9
        with tracer.start_as_current_span("POST /answers"):
            outer = tracer.start_span("chat gpt-4o-mini", attributes=attributes, start_time=at_ns)
            inner = tracer.start_span(
                "chat", set_span_in_context(outer), attributes=attributes, start_time=at_ns + 1000
            )
            inner.end(at_ns + 10**9 - 1000)
            outer.end(at_ns + 10**9)
    provider.shutdown()
    known = RequestRecord(
        timestamp_us=FIRST_NS // 1000 + 2_000_500, request_id="routed", provider="openai", response_id="chatcmpl-2",
        input_tokens=1200, output_tokens=300, team="search",
    )  # fmt: skip
    telemetry.record(known)
    served.receiver.close()
    telemetry.flush()
    assert served.encodings == {"gzip" if compression is Compression.Gzip else ""}
    with duckdb.connect(str(tmp_path / "telemetry.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select response_id, team, project, environment, input_tokens, cost_estimated, latency_ms, ttft_ms"
            " from telemetry where request_id <> 'routed' order by timestamp"
        ).fetchall()
        assert con.execute("select count(*) from telemetry").fetchall() == [(3,)]
    one = ("search", "ranker", "prod", 1200, 0.00036, 1000.0, 250.0)
    assert rows == [("chatcmpl-0", *one), ("chatcmpl-1", *one)]
    assert list((tmp_path / "spool").iterdir()) == []
