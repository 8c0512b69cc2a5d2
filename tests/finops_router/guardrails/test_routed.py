"""Guardrails in the router's way: what is blocked, masked, flagged, let through, and what is recorded of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from finops_router import Delta, GuardrailBlocked, Message, Reply, Request, Router, RouterError, Target, Tool, Usage
from finops_router.calls import EmbeddingRequest, Piece, ToolCall
from finops_router.demo.clock import run_virtual
from finops_router.errors import StreamCut
from finops_router.guardrails.contract import Finding, Guardrail
from finops_router.records import Recorder
from finops_router.settings.reader import parse
from finops_router.telemetry import TelemetryCollector

from tests.finops_router.guardrails.secrets_fixture import PERSONAL, SECRETS
from tests.finops_router.router_fixture import START_US, RecordingRecorder, ScriptedProvider, answer

SECRET = SECRETS["GitHub token"]
GROUPS = """
[router.groups.chat]
strategy = "fixed"

[[router.groups.chat.targets]]
provider = "openai"
model = "gpt-4o-mini"
region = "us"

[[router.groups.chat.targets]]
provider = "anthropic"
model = "claude-haiku-4-5"
region = "eu"
"""


class Answering:
    """A provider that answers with `pieces` of text and calls a tool; `seen` are the texts it was asked."""

    def __init__(self, *pieces: str, arguments: str = "", fails: bool = False) -> None:
        self.seen: list[str] = []
        self.targets: list[Target] = []
        self._pieces = pieces
        self._arguments = arguments
        self._fails = fails

    async def complete(self, target: Target, request: Request) -> Reply:
        self.seen += [message.text for message in request.messages]
        self.targets.append(target)
        calls = (ToolCall(id="c", name="lookup", arguments=self._arguments),) if self._arguments else ()
        usage = Usage(input_tokens=1000, output_tokens=100)
        return Reply(model=target.model, usage=usage, text="".join(self._pieces), tool_calls=calls)

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        for piece in self._pieces:
            yield Delta(text=piece)
        if self._fails:
            self._fails = False
            raise StreamCut("broke off")
        yield await self.complete(target, request)


def ask(text: str = "hello", **more: Any) -> Request:
    fields = {"request_id": "q", "group": "chat", "team": "search", "messages": (Message(role="user", text=text),)}
    return Request(**{**fields, **more})


def run(
    provider: Answering, request: Request, settings: str = "", guardrails: Sequence[Guardrail] = ()
) -> tuple[Reply | RouterError, RecordingRecorder]:
    """The answer to a plain request, or its error, and what was recorded."""
    records = RecordingRecorder()
    router = router_of(provider, records, settings, guardrails)
    return run_virtual(answer(router.complete(request))), records


def router_of(provider: Any, records: Recorder, settings: str = "", guardrails: Sequence[Guardrail] = ()) -> Router:
    providers = {"openai": provider, "anthropic": provider}
    return Router(parse(settings + GROUPS, "f.toml"), providers, records, lambda: START_US, None, guardrails)


def run_live(
    provider: Answering, request: Request, settings: str, *, live: bool = True
) -> tuple[list[Piece], Exception | None, RecordingRecorder]:
    """The pieces of a streamed answer, the error it ended in, and what was recorded."""
    records, pieces = RecordingRecorder(), list[Piece]()
    router = router_of(provider, records, settings)

    async def read() -> Exception | None:
        try:
            async for piece in router.stream(request, live=live):
                pieces.append(piece)
        except RouterError as err:
            return err
        return None

    return pieces, run_virtual(read()), records


def rule(kind: str, *lines: str) -> str:
    return "\n".join(("[[guardrails]]", f'name = "{kind} rule"', f'kind = "{kind}"', *lines, ""))


def events(records: RecordingRecorder) -> list[tuple[str, str | None, str]]:
    return [(event.action, event.stage, event.guardrail) for event in records.guardrails]


def test_a_secret_in_a_request_is_blocked_before_anybody_is_asked() -> None:
    provider = Answering("fine")
    error, records = run(provider, ask(f"my token {SECRET}"), rule("secrets"))
    assert isinstance(error, GuardrailBlocked)
    assert (error.guardrail, error.stage, provider.seen) == ("secrets rule", "request", [])
    (event,) = records.guardrails
    assert (event.action, event.detail, event.team, event.findings) == ("blocked", "GitHub token", "search", 1)
    assert (event.provider, event.model, event.cost_estimated) == ("openai", "gpt-4o-mini", None)
    assert event.cost_avoided == pytest.approx(13 * 0.15e-6 + 256 * 0.60e-6)  # tokens of the text, the usual answer
    (request,) = records.requests
    assert (request.status, request.error_type, request.guardrails) == ("blocked", "guardrail_blocked", 1)
    assert request.cost_estimated is None
    assert SECRET not in str(error)


def test_a_secret_in_a_request_is_masked_and_the_request_is_sent() -> None:
    provider = Answering("fine")
    reply, records = run(provider, ask(f"my token {SECRET}."), rule("secrets", 'action = "redact"'))
    assert isinstance(reply, Reply)
    assert provider.seen == ["my token [GitHub token]."]
    (event,) = records.guardrails
    assert (event.action, event.stage) == ("redacted", "request")
    assert (event.cost_avoided, event.cost_estimated) == (None, records.requests[0].cost_estimated)
    assert event.cost_estimated == pytest.approx(1000 * 0.15e-6 + 100 * 0.60e-6)


def test_what_is_flagged_goes_through_unchanged() -> None:
    provider = Answering(f"it is {SECRET}")
    reply, records = run(provider, ask(f"my token {SECRET}"), rule("secrets", 'action = "flag"'))
    assert isinstance(reply, Reply)
    assert (reply.text, provider.seen) == (f"it is {SECRET}", [f"my token {SECRET}"])
    assert events(records) == [("flagged", "request", "secrets rule"), ("flagged", "answer", "secrets rule")]


def test_an_answer_with_a_secret_is_paid_and_not_given() -> None:
    error, records = run(Answering(f"it is {SECRET}"), ask(), rule("secrets"))
    assert isinstance(error, GuardrailBlocked)
    assert error.stage == "answer"
    assert SECRET not in repr(error.attempts)
    assert [attempt.outcome for attempt in error.attempts] == ["ok"]
    (event,) = records.guardrails
    assert event.cost_estimated == records.requests[0].cost_estimated
    assert event.cost_estimated
    assert (records.requests[0].status, records.attempts[0].outcome) == ("blocked", "ok")


def test_a_masked_answer_has_the_secret_nowhere() -> None:
    provider = Answering(f"it is {SECRET}.", arguments=f'{{"token": "{SECRET}", "n": 1}}')
    reply, records = run(provider, ask(), rule("secrets", 'action = "redact"'))
    assert isinstance(reply, Reply)
    assert reply.text == "it is [GitHub token]."
    assert reply.tool_calls[0].arguments == '{"token": "[GitHub token]", "n": 1}'
    assert SECRET not in repr(reply)
    assert [event.findings for event in records.guardrails] == [2]


@pytest.mark.parametrize("live", [True, False])
def test_a_streamed_secret_in_two_pieces_is_masked_and_the_stream_goes_on(live: bool) -> None:
    provider = Answering("it is ", SECRET[:10], SECRET[10:], " and", " more", " words")
    pieces, error, records = run_live(provider, ask(), rule("secrets", 'action = "redact"'), live=live)
    *deltas, reply = pieces
    assert error is None
    assert isinstance(reply, Reply)
    assert "".join(piece.text for piece in deltas if isinstance(piece, Delta)) == reply.text
    assert reply.text == "it is [GitHub token] and more words"
    assert SECRET not in repr(pieces)
    assert records.requests[0].status == "ok"
    assert events(records) == [("redacted", "answer", "secrets rule")]


def test_a_live_stream_with_a_secret_to_block_ends_before_it() -> None:
    provider = Answering("it is ", SECRET[:10], SECRET[10:], " and", " more", " words")
    pieces, error, records = run_live(provider, ask(), rule("secrets"))
    assert isinstance(error, GuardrailBlocked)
    assert pieces == [Delta(text="it is ")]
    (event,) = records.guardrails
    assert (event.action, event.stage) == ("blocked", "answer")
    assert event.cost_estimated == records.requests[0].cost_estimated
    assert event.cost_estimated  # what had come of it is paid
    assert records.attempts[0].outcome == "cancelled"


def test_what_was_held_of_an_answer_that_broke_off_is_dropped() -> None:
    provider = Answering("it is ", SECRET[:10], fails=True)
    pieces, error, _ = run_live(provider, ask(), rule("secrets", 'action = "redact"'))
    texts = [piece.text if isinstance(piece, Delta) else type(piece).__name__ for piece in pieces]
    assert error is None
    assert texts == ["it is ", "Restart", "it is ", SECRET[:10], "Reply"]


def test_a_streamed_answer_is_flagged_at_its_end_and_nothing_is_held() -> None:
    provider = Answering("it is ", SECRET[:10], SECRET[10:])
    pieces, _, records = run_live(provider, ask(), rule("secrets", 'action = "flag"'))
    assert [piece.text for piece in pieces if isinstance(piece, Delta)] == ["it is ", SECRET[:10], SECRET[10:]]
    assert events(records) == [("flagged", "answer", "secrets rule")]


def test_a_team_is_kept_to_its_targets_and_nobody_notices() -> None:
    provider = Answering("fine")
    settings = rule("targets", 'teams = ["search"]', 'regions = ["eu"]', 'models = ["claude-*"]')
    reply, records = run(provider, ask(), settings)
    assert isinstance(reply, Reply)
    assert [target.provider for target in provider.targets] == ["anthropic"]
    assert records.guardrails == []
    assert records.requests[0].guardrails == 1


def test_a_call_is_blocked_if_policy_leaves_no_target() -> None:
    provider = Answering("fine")
    error, records = run(provider, ask(), rule("targets", 'providers = ["mistral_ai"]'))
    assert isinstance(error, GuardrailBlocked)
    assert (error.stage, error.message) == (
        "target",
        "Blocked by the guardrail targets rule: provider openai",
    )
    (event,) = records.guardrails
    assert (event.action, event.stage, event.provider) == ("blocked", "target", "openai")
    assert event.cost_avoided
    assert provider.seen == []


def test_a_target_outside_policy_that_is_only_flagged_answers() -> None:
    _, records = run(Answering("fine"), ask(), rule("targets", 'regions = ["eu"]', 'action = "flag"'))
    (event,) = records.guardrails
    assert (event.action, event.stage, event.detail) == ("flagged", "answer", "region us")


def test_a_rule_for_other_teams_looks_at_nothing() -> None:
    _, records = run(Answering("fine"), ask(f"{SECRET}"), rule("secrets", 'teams = ["legal"]'))
    assert records.guardrails == []
    assert records.requests[0].guardrails == 0


def test_without_guardrails_nobody_knows_of_any() -> None:
    _, records = run(Answering("fine"), ask())
    assert records.requests[0].guardrails is None


def test_tools_outside_the_allowed_are_blocked() -> None:
    tools = (
        Tool(name="lookup_price", description="", parameters={}),
        Tool(name="shell", description="", parameters={}),
    )
    error, records = run(Answering("fine"), ask(tools=tools), rule("tools", 'tools = ["lookup_*"]'))
    assert isinstance(error, GuardrailBlocked)
    assert records.guardrails[0].detail == "tool shell"


def test_a_request_with_too_many_tokens_is_blocked_and_a_long_answer_flagged() -> None:
    settings = rule("tokens", "max_input_tokens = 500", "max_output_tokens = 50")
    error, records = run(Answering("fine"), ask(estimated_input_tokens=501), settings)
    assert isinstance(error, GuardrailBlocked)
    assert records.guardrails[0].detail == "more than 500 tokens in"
    error, records = run(Answering("fine"), ask(max_output_tokens=51), settings)
    assert isinstance(error, GuardrailBlocked)
    assert records.guardrails[0].detail == "more than 50 tokens out"
    _, records = run(Answering("fine"), ask(), settings)
    assert events(records) == [("flagged", "answer", "tokens rule")]  # 100 came: they are paid
    assert records.requests[0].guardrails == 1


@pytest.mark.parametrize(("day", "action"), [("2026-10-01", "exempted"), ("2026-09-30", "blocked")])
def test_an_exempt_team_goes_through_until_its_day_is_over(day: str, action: str) -> None:
    exception = f'exceptions = [{{ team = "search", until = {day}, reason = "SEC-12" }}]'
    provider = Answering("fine")
    _, records = run(provider, ask(f"my token {SECRET}"), rule("secrets", exception))
    assert [event.action for event in records.guardrails] == [action]
    assert provider.seen == ([f"my token {SECRET}"] if action == "exempted" else [])
    if action == "exempted":
        assert records.guardrails[0].detail == "SEC-12 (until 2026-10-01): GitHub token"


def fails(*_: object) -> Any:
    raise RuntimeError(f"with the text {SECRET}")


@pytest.mark.parametrize("name", ["before", "forbids", "after", "find"])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_guardrail_that_fails_closes_or_opens_as_it_is_set_and_is_recorded(name: str, is_open: bool) -> None:
    guardrail = msgspec.structs.replace(Guardrail(name="own", is_open_on_failure=is_open), **{name: fails})
    reply, records = run(Answering("fine"), ask(), guardrails=[guardrail])
    assert isinstance(reply, Reply if is_open else GuardrailBlocked)
    assert {event.action for event in records.guardrails} == {"failed"}
    assert {event.detail for event in records.guardrails} == {"RuntimeError"}
    assert (records.guardrails[0].cost_avoided is None) == (is_open or name == "after")
    assert SECRET not in str(reply)


def test_a_finder_that_fails_in_a_stream_lets_it_through_if_it_is_open() -> None:
    records, pieces = RecordingRecorder(), list[Piece]()
    guardrail = Guardrail(name="own", find=fails, is_open_on_failure=True, where=frozenset({"answer"}))
    router = router_of(Answering("one", " two", " three"), records, guardrails=[guardrail])

    async def read() -> None:
        async for piece in router.stream(ask(), live=True):
            pieces.append(piece)

    run_virtual(read())
    assert "".join(piece.text for piece in pieces if isinstance(piece, Delta)) == "one two three"
    assert events(records) == [("failed", "answer", "own")]


def test_a_function_of_ones_own_is_a_guardrail() -> None:
    def shouting(text: str) -> list[Finding]:
        return [Finding(0, len(text), "shouting")] if text.isupper() else []

    guardrail = Guardrail(name="tone", action="redact", severity="low", find=shouting)
    reply, records = run(Answering("YES"), ask(), guardrails=[guardrail])
    assert isinstance(reply, Reply)
    assert reply.text == "[shouting]"
    assert (records.guardrails[0].severity, records.guardrails[0].guardrail) == ("low", "tone")


def test_texts_to_embed_are_guarded_and_tokens_are_none() -> None:
    records, provider = RecordingRecorder(), ScriptedProvider({})
    router = router_of(provider, records, rule("personal", 'action = "flag"'))
    inputs: list[Any] = [f"of {PERSONAL['email']}", [1, 2, 3]]
    reply = run_virtual(router.embed(EmbeddingRequest(request_id="q", group="chat", inputs=inputs)))
    assert len(reply.vectors) == 2
    assert events(records) == [("flagged", "request", "personal rule")]


def test_no_file_of_the_telemetry_has_the_text(tmp_path: Path) -> None:
    settings = rule("secrets", 'action = "redact"') + rule("personal", 'where = ["request"]')
    db = tmp_path / "t.duckdb"
    with TelemetryCollector(db) as telemetry:
        router = router_of(Answering(f"it is {SECRET}"), telemetry, settings)
        for text in (f"it is {SECRET}", f"of {PERSONAL['email']}", SECRET):
            run_virtual(answer(router.complete(ask(text))))
        files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert any(b"GitHub token" in content for content in files)  # the events are there
    with duckdb.connect(str(db)) as con:
        tables = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        files += [repr(con.table(name).fetchall()).encode() for name in tables]
    files += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for content in files:
        assert SECRET.encode() not in content
        assert PERSONAL["email"].encode() not in content
