"""What one record() costs the request: alone, beside a busy thread, and while the loader works."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CALLS, ROUNDS = 40_000, 3
CONDITIONS = ("alone", "busy thread", "loader active")
FIELDS = {
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 80,
    "cost_usd": 0.000228,
    "latency_ms": 812.5,
    "team": "search",
    "project": "answer-box",
    "strategy": "cost-first",
}


def ours(folder: Path, loader: bool, durable: bool = False) -> Callable[[int], None]:
    from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector

    config = CollectorConfig(folder / "t.duckdb", load=loader, load_s=0.2, fsync="always" if durable else "seal")
    telemetry = TelemetryCollector(config)

    def call(number: int) -> None:
        telemetry.record(
            RequestRecord(
                timestamp_us=1_790_000_000_000_000 + number, request_id="0123456789abcdef", strategy="cost-first",
                provider="openai", model="gpt-4o-mini", input_tokens=1200, output_tokens=80, cost_estimated=0.000228,
                latency_ms=812.5, team="search", project="answer-box", status="ok", attempts=1,
            )
        )  # fmt: skip

    return call


def opentelemetry(folder: Path, loader: bool) -> Callable[[int], None]:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    class Nowhere(SpanExporter):
        """Forgets spans at once: the peer pays for no network and no disk."""

        def export(self, spans: object) -> SpanExportResult:
            return SpanExportResult.SUCCESS

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Nowhere()))
    tracer = provider.get_tracer("benchmark")
    return lambda number: tracer.start_span("chat gpt-4o-mini", attributes=FIELDS).end()


def langfuse(folder: Path, loader: bool) -> Callable[[int], None]:
    os.environ |= {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk", "LANGFUSE_HOST": "http://127.0.0.1:9"}
    os.environ["LANGFUSE_BASE_URL"] = "http://127.0.0.1:9"
    logging.disable(logging.CRITICAL)
    from langfuse import Langfuse

    client = Langfuse()

    def call(number: int) -> None:
        client.start_observation(
            name="chat",
            as_type="generation",
            model="gpt-4o-mini",
            usage_details={"input": 1200, "output": 80},
            metadata=FIELDS,
        ).end()

    return call


def queue_handler(folder: Path, loader: bool) -> Callable[[int], None]:
    records: queue.Queue[object] = queue.Queue()
    log = logging.getLogger("benchmark")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(logging.handlers.QueueHandler(records))
    logging.handlers.QueueListener(records, logging.FileHandler(folder / "log")).start()
    return lambda number: log.info("call %s", FIELDS)


def floor(folder: Path, loader: bool) -> Callable[[int], None]:
    kept: deque[object] = deque(maxlen=100_000)
    return lambda number: kept.append(FIELDS)


PEERS = {
    "finops-report record()": ours,
    "OpenTelemetry BatchSpanProcessor": opentelemetry,
    "Langfuse SDK": langfuse,
    "logging QueueHandler": queue_handler,
    "deque.append (keeps nothing)": floor,
}


@contextmanager
def burning(wanted: bool) -> Iterator[None]:
    """A thread that never lets go of the interpreter by itself."""
    stop = threading.Event()

    def burn() -> None:
        while not stop.is_set():
            sum(range(2000))

    thread = threading.Thread(target=burn, daemon=True)
    if wanted:
        thread.start()
    yield
    stop.set()
    if wanted:
        thread.join()


def measure(peer: str, condition: str, calls: int = CALLS) -> dict[str, float]:
    """p50, p99 and p99.9 of one call in microseconds; about 20,000 calls a second at most, as a busy server makes."""
    clock = time.perf_counter_ns
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        call = PEERS[peer](Path(folder), condition == "loader active")
        for number in range(min(calls, 2000)):
            call(number)
        taken = []
        with burning(condition == "busy thread"):
            for number in range(calls if condition != "busy thread" else calls // 4):
                begin = clock()
                call(number)
                taken.append(clock() - begin)
                if number % 20 == 0:
                    time.sleep(0.0005)
    taken.sort()
    return {name: taken[int(len(taken) * q)] / 1000 for name, q in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))}


def run(calls: int = CALLS, rounds: int = ROUNDS, peers: Sequence[str] = tuple(PEERS)) -> None:
    """Each peer and condition in a process of its own, `rounds` times, the median of each figure."""
    print(f"{'microseconds a call':34}{'condition':16}{'p50':>9}{'p99':>9}{'p99.9':>10}   p50 and p99.9 over ours")
    for condition in CONDITIONS:
        base: dict[str, float] = {}
        for peer in peers:
            measured = [_apart(peer, condition, calls) for _ in range(rounds)]
            figures = _medians(measured)
            if figures is None:
                print(f"{peer:34}{condition:16} not installed or not able to run: skipped")
                continue
            base = base or figures
            ratios = f"{figures['p50'] / base['p50']:.2f}x {figures['p99.9'] / base['p99.9']:.2f}x"
            print(
                f"{peer:34}{condition:16}{figures['p50']:9.2f}{figures['p99']:9.2f}{figures['p99.9']:10.2f}   {ratios}"
            )


def _medians(rounds: list[dict[str, float] | None]) -> dict[str, float] | None:
    whole = [figures for figures in rounds if figures is not None]
    if len(whole) < len(rounds):
        return None
    return {key: statistics.median(figures[key] for figures in whole) for key in ("p50", "p99", "p99.9")}


def _apart(peer: str, condition: str, calls: int) -> dict[str, float] | None:
    code = (
        "import json, os; from benchmarks.collector import measure; "
        f"print(json.dumps(measure({peer!r}, {condition!r}, {calls})), flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
