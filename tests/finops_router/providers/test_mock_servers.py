"""The router against servers of other people that speak the providers' protocols: llmock (PyPI), aimock (npm)."""

from __future__ import annotations

import asyncio
import fcntl
import json
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from finops_router.calls import Delta, EmbeddingReply, EmbeddingRequest, Message, Reply, Request, Restart
from finops_router.router import Router

from tests.finops_router.router_fixture import RecordingRecorder

ROOT = Path(__file__).parents[3]
AIMOCK = "@copilotkit/aimock@1.43.0"
HELLO = (Message(role="user", text="hello"),)
FIXTURES = {"fixtures": [{"match": {"userMessage": "hello"}, "response": {"content": "Hello! How can I help?"}}]}
Start = Callable[..., str]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def running(command: list[str], ready: str) -> subprocess.Popen[str]:
    """Start a server and wait until it prints that it is ready."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if ready in line:
            return process
    raise AssertionError("".join(lines))


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate()


@pytest.fixture
def llmock() -> Iterator[Start]:
    with ExitStack() as servers:

        def start(*options: str) -> str:
            port = str(free_port())
            command = [str(Path(sys.executable).parent / "llmock"), "serve", "--port", port, *options]
            servers.callback(stop, running(command, "Uvicorn running"))
            return f"http://127.0.0.1:{port}"

        yield start


@pytest.fixture(scope="session")
def aimock_command() -> str:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm found: install Node to run aimock")
    place = ROOT / ".cache" / "aimock"
    place.mkdir(parents=True, exist_ok=True)
    command = place / "node_modules/.bin/llmock"
    with (place / "lock").open("w") as lock:  # test processes share the installed package
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not command.exists():
            done = subprocess.run(
                [npm, "install", "--prefix", place, "--no-save", "--no-audit", "--no-fund", AIMOCK],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                pytest.skip(f"npm cannot install aimock: {done.stderr[-200:]}")
    return str(command)


@pytest.fixture
def aimock(aimock_command: str, tmp_path: Path) -> Iterator[str]:
    fixtures = tmp_path / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES))
    port = str(free_port())
    process = running([aimock_command, "-p", port, "-f", str(fixtures), "--log-level", "info"], port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def settings(place: Path, **urls: str) -> Path:
    """Write a finops.toml with one group 'chat' whose targets are at `urls`, in their order."""
    models = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash", "bedrock": "c"}
    names = {"gemini": "gcp.gemini", "bedrock": "aws.bedrock"}
    text = '[router]\ndeadline_s = 20\n[router.groups.chat]\nstrategy = "fixed"\nretry_after_wait_s = 0\n'
    for wire, url in urls.items():
        name = names.get(wire, wire)
        text += f'[[router.groups.chat.targets]]\nprovider = "{name}"\nmodel = "{models[wire]}"\n'
        text += "first_token_timeout_s = 3\nstall_timeout_s = 3\n"
        text += f'[router.providers."{name}"]\nwire = "{wire}"\nbase_url = "{url}"\n'
        text += {"gemini": 'api_version = "v1beta"\n', "bedrock": 'region = "eu-central-1"\n'}.get(wire, "")
    toml = place / "finops.toml"
    toml.write_text(text)
    return toml


def send_all(toml: Path, *requests: Request, live: bool = False) -> tuple[list[list[Any]], RecordingRecorder]:
    """Send the requests one after the other, streamed if they ask for it."""
    records = RecordingRecorder()

    async def run() -> list[list[Any]]:
        router = Router.from_toml(toml, records)
        try:
            return [
                [piece async for piece in router.stream(one, live=live)] if one.stream else [await router.complete(one)]
                for one in requests
            ]
        finally:
            await router.close()

    return asyncio.run(run()), records


def embed(toml: Path) -> tuple[EmbeddingReply, RecordingRecorder]:
    """Embed two texts."""
    records = RecordingRecorder()

    async def run() -> EmbeddingReply:
        router = Router.from_toml(toml, records)
        try:
            return await router.embed(EmbeddingRequest(request_id="q-1", group="chat", inputs=["hello", "goodbye"]))
        finally:
            await router.close()

    return asyncio.run(run()), records


def ask(number: int, **rest: Any) -> Request:
    return Request(request_id=f"q-{number}", group="chat", messages=HELLO, max_output_tokens=50, **rest)


@pytest.mark.parametrize("wire", ["openai", "anthropic", "gemini"])
def test_llmock_answers_plain_and_streamed(wire: str, llmock: Start, tmp_path: Path) -> None:
    url = llmock("--response-style", "hello") + {"openai": "/v1", "anthropic": "/anthropic", "gemini": "/gemini"}[wire]
    ((plain,), streamed), records = send_all(settings(tmp_path, **{wire: url}), ask(1), ask(2, stream=True))
    assert plain.text.startswith("Hello! This is a mock response")
    assert streamed[-1].text == "".join(piece.text for piece in streamed[:-1]) == plain.text
    assert [record.status for record in records.requests] == ["ok", "ok"]
    assert all(record.output_tokens and record.cost_estimated for record in records.requests)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (("--stream-fault", "truncate=1"), "stream_cut"),
        (("--stream-fault", "disconnect=1"), "stream_cut"),
        (("--stream-fault", "malformed=1"), "stream_cut"),
        (("--stream-fault", "stall=1", "--stream-stall-seconds", "30"), "timeout stream_cut"),
        (("--error-rate", "503=1"), "unavailable"),
        (("--error-rate", "429=1"), "rate_limited"),
    ],
)
def test_what_llmock_breaks_another_answers_whole(
    fault: tuple[str, ...], outcome: str, llmock: Start, tmp_path: Path
) -> None:
    broken, sound = llmock("--response-style", "hello", *fault), llmock("--response-style", "hello")
    toml = settings(tmp_path, openai=f"{broken}/v1", anthropic=f"{sound}/anthropic")
    (pieces,), records = send_all(toml, ask(1, stream=True), live=True)
    again = max((place for place, piece in enumerate(pieces) if isinstance(piece, Restart)), default=-1)
    text = "".join(piece.text for piece in pieces[again + 1 :] if isinstance(piece, Delta))
    assert isinstance(pieces[-1], Reply)
    assert text == pieces[-1].text
    assert text.endswith("claude-haiku-4-5.")
    (broke, answered) = records.outcomes()
    assert broke[0] == "openai"
    assert broke[2] in outcome.split()  # a stall may come before the first token or after it
    assert answered == ("anthropic", "ok", None)
    with urllib.request.urlopen(f"{broken}/_llmock/requests") as log:
        assert len(json.load(log)["requests"]) == 1  # asked once, not hammered


def test_one_500_is_retried_once_on_the_same_target(llmock: Start, tmp_path: Path) -> None:
    broken, sound = llmock("--error-rate", "500=1"), llmock("--response-style", "hello")
    send_all(settings(tmp_path, openai=f"{broken}/v1", anthropic=f"{sound}/anthropic"), ask(1))
    with urllib.request.urlopen(f"{broken}/_llmock/requests") as log:
        assert len(json.load(log)["requests"]) == 2


@pytest.mark.parametrize(("wire", "path"), [("openai", "/v1"), ("anthropic", ""), ("gemini", ""), ("bedrock", "")])
def test_aimock_answers(wire: str, path: str, aimock: str, tmp_path: Path) -> None:
    ((reply,),), records = send_all(settings(tmp_path, **{wire: aimock + path}), ask(1))
    assert reply.text == "Hello! How can I help?"
    assert [record.status for record in records.requests] == ["ok"]


@pytest.mark.parametrize(("wire", "path"), [("openai", "/v1"), ("anthropic", ""), ("gemini", "")])
def test_aimock_streams(wire: str, path: str, aimock: str, tmp_path: Path) -> None:
    (pieces,), _ = send_all(settings(tmp_path, **{wire: aimock + path}), ask(1, stream=True))
    assert pieces[-1].text == "".join(piece.text for piece in pieces[:-1]) == "Hello! How can I help?"


def test_llmock_embeds(llmock: Start, tmp_path: Path) -> None:
    reply, records = embed(settings(tmp_path, openai=f"{llmock()}/v1"))
    first, second = reply.vectors
    assert len(first) == len(second) > 1
    assert [(record.operation, record.status, record.output_tokens) for record in records.requests] == [
        ("embeddings", "ok", 0)
    ]


def test_aimock_embeds(aimock: str, tmp_path: Path) -> None:
    reply, records = embed(settings(tmp_path, openai=f"{aimock}/v1"))
    first, second = reply.vectors
    assert len(first) == len(second) > 1
    (record,) = records.requests
    assert (record.operation, record.status) == ("embeddings", "ok")
    assert (record.usage_source, record.cost_estimated) == ("none", None)  # it counts 0 tokens: nobody knows
