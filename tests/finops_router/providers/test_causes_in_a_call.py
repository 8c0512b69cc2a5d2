"""What a cause does to a call: the next target is asked unless the request is at fault everywhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from finops_router.calls import Message, Reply, Request, Target
from finops_router.errors import CallFailed, Refused, Rejected, RouterError
from finops_router.providers import Provider
from finops_router.router import Router

from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import ANTHROPIC, OPENAI, anthropic_answer, closed
from tests.finops_router.router_fixture import RecordingRecorder, chat

ASKED = Request(request_id="q", group="chat", messages=(Message(role="user", text="Hi"),))
TARGETS = (OPENAI.target, ANTHROPIC.target)


def call(server: Server, targets: tuple[Target, ...] = TARGETS) -> tuple[Reply | RouterError, RecordingRecorder]:
    """The reply or the error of a call whose first target is OpenAI and whose second is Anthropic."""
    records = RecordingRecorder()

    async def run() -> Reply | RouterError:
        providers: dict[str, Provider] = {wire.name: wire.provider(server) for wire in (OPENAI, ANTHROPIC)}
        try:
            return await Router(chat(targets, "fixed"), providers, records).complete(ASKED)
        except RouterError as err:
            return err
        finally:
            for provider in providers.values():
                await closed(provider)

    return asyncio.run(run()), records


@pytest.mark.parametrize(
    ("status", "error", "error_type"),
    [
        (400, {"message": "Something that nobody has seen", "type": "invalid_request_error"}, "declined"),
        (400, {"message": "Incorrect API key provided"}, "key_refused"),
        (400, {"message": "Your credit balance is too low"}, "quota_used_up"),
        (400, {"message": "registry.ollama.ai/library/gemma does not support tools"}, "declined"),
        (413, {"message": "Request too large for model on tokens per minute (TPM)"}, "declined"),
        (404, {"message": "No such model", "code": "model_not_found"}, "model_unknown"),
        (422, {"message": "what?"}, "declined"),
        (200, {"message": "slow down", "code": 429}, "rate_limited"),
    ],
)
def test_what_is_one_targets_alone_goes_on_to_the_next(
    server: Server, status: int, error: dict[str, Any], error_type: str
) -> None:
    server.answers_with(status, {"error": error})
    server.answers_with(200, anthropic_answer())
    reply, records = call(server)
    assert isinstance(reply, Reply)
    assert reply.text == "Hello"
    assert records.outcomes() == [("openai", "error", error_type), ("anthropic", "ok", None)]
    assert records.attempts[0].cost_estimated is None  # it has used nothing


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "'messages' must contain at least one message"}, Rejected),
        ({"message": "No.", "code": "content_policy_violation"}, Refused),
    ],
)
def test_what_is_at_fault_everywhere_is_passed_on_in_the_providers_words(
    server: Server, error: dict[str, Any], kind: type[Rejected]
) -> None:
    server.answers_with(400, {"error": error})
    failed, records = call(server)
    assert type(failed) is kind
    assert error["message"] in str(failed)
    assert len(records.attempts) == len(server.bodies) == 1


def test_a_503_then_a_400_then_a_healthy_third_is_answered(server: Server) -> None:
    third = replace(ANTHROPIC.target, model="claude-newer-9")
    server.answers_with(503, {"error": {"message": "later"}})
    server.answers_with(400, {"type": "error", "error": {"type": "invalid_request_error", "message": "hm"}})
    server.answers_with(200, anthropic_answer())
    reply, records = call(server, (*TARGETS, third))
    assert isinstance(reply, Reply)
    assert [outcome[2] for outcome in records.outcomes()] == ["unavailable", "declined", None]


def test_if_all_decline_the_call_has_failed_and_lists_them(server: Server) -> None:
    server.answers_with(400, {"error": {"message": "hm"}})
    failed, records = call(server)
    assert isinstance(failed, CallFailed)
    assert [attempt.error_type for attempt in failed.attempts] == ["declined", "declined"]
    assert len(records.attempts) == 2
