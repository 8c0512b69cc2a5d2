"""`finops-report serve` as operators run it: processes, signals, and what is in the database afterwards."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.finops_report.commands.serving import serving, write
from tests.finops_router.gateway.running import group, provider
from tests.finops_router.scenarios.conduct import started


def post_span(port: int) -> None:
    """Post what an instrumented application says of a call of its own."""
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.response.id": "own-1"}
    attributes["gen_ai.request.model"] = "gpt-4o-mini"
    counts = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5}
    now_ns = time.time_ns()
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "chat", "kind": 3,
        "startTimeUnixNano": str(now_ns - 10**9), "endTimeUnixNano": str(now_ns),
        "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
        + [{"key": key, "value": {"intValue": str(value)}} for key, value in counts.items()],
    }  # fmt: skip
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/v1/traces", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked) as answer:
        assert answer.status == 200


@pytest.fixture(scope="module")
def wall() -> Iterator[str]:
    process, url = started()
    yield url
    process.kill()
    process.communicate()


def test_it_serves_reads_its_settings_anew_and_ends_whole(tmp_path: Path, wall: str) -> None:
    settings = group(("wall", "ok")) + provider("wall", "openai", wall)
    with serving(tmp_path, settings) as gateway:
        ids = [gateway.ask()["id"] for _ in range(3)]
        assert ids == ["c-1"] * 3
        with pytest.raises(urllib.error.HTTPError):
            gateway.ask("later")
        (worker,) = gateway.workers()
        text = (tmp_path / "finops.toml").read_text()
        write(tmp_path, text + "[router.groups.broken]\n")
        gateway.process.send_signal(signal.SIGHUP)
        gateway.until(lambda: any("stay as they were" in line for line in gateway.said))
        write(tmp_path, text + group(("wall", "ok"), name="later"))
        gateway.process.send_signal(signal.SIGHUP)
        gateway.until(lambda: any("read anew" in line for line in gateway.said))
        assert gateway.ask("later")["id"] == "c-1"
        assert gateway.workers() == [worker], "no worker was started anew for it"
        post_span(gateway.port)
        code, recorded = gateway.stopped()
    # the unknown group is an error of a request, too, and a call that another application has traced is one
    assert (code, len(recorded), len(set(recorded))) == (0, 6, 6)


def test_kill_of_a_worker_under_load_loses_no_finished_request(tmp_path: Path, wall: str) -> None:
    answered: list[str] = []
    settings = group(("wall", "ok")) + provider("wall", "openai", wall)
    with serving(tmp_path, settings, workers=2) as gateway:
        over = threading.Event()

        def load() -> None:
            while not over.is_set():
                body = b'{"model": "chat", "messages": [{"role": "user", "content": "Hello"}]}'
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{gateway.port}/v1/chat/completions", body) as one:
                        one.read()
                        answered.append(one.headers["x-request-id"])
                except OSError:
                    pass  # those of the worker that was killed

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        gateway.until(lambda: len(answered) > 40)
        victim = gateway.workers()[0]
        os.kill(victim, signal.SIGKILL)
        gateway.until(lambda: any(f"worker {victim} ended" in line for line in gateway.said))
        gateway.until(lambda: len(gateway.workers()) == 2)
        before = len(answered)
        gateway.until(lambda: len(answered) > before + 20)
        over.set()
        for thread in threads:
            thread.join()
        code, recorded = gateway.stopped()
    assert code == 0
    assert set(answered) <= set(recorded)
    assert len(recorded) == len(set(recorded))


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ('[gateway]\nhost = "0.0.0.0"\n', "Keys would travel in the clear"),
        ('[gateway]\nhost = "0.0.0.0"\ntrusted_proxies = ["10.0.0.0/8"]\n', "Anybody who reaches"),
        ("[gateway]\nprot = 1\n", "Unknown key"),
    ],
)
def test_it_refuses_to_be_open(run: Run, tmp_path: Path, settings: str, error: str) -> None:
    write(tmp_path, settings)
    result = run("serve")
    assert result.exit_code == 1
    assert f"error: {error}" in result.output


def test_it_needs_settings(run: Run) -> None:
    assert "No settings" in run("serve").output
