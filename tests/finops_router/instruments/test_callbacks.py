"""LiteLLM's callback and LangChain's handler record what the real ones tell; `make clients` runs the real ones.

Here stand-ins have the few names of theirs that we use. What LiteLLM tells is what 1.110.2 told of calls to a server
on loopback.
"""

from __future__ import annotations

import json
import logging
import sys
import uuid
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from finops_router.attribution import attribution
from finops_router.instruments.langchain import MOST_OPEN, langchain_handler
from finops_router.instruments.litellm import MOST_SEEN, litellm_callback

from tests.finops_router.instruments.callers import Kept

TOLD: list[dict[str, Any]] = json.loads(Path(__file__).with_name("litellm_payloads.json").read_text(encoding="utf-8"))


class StandIn:
    """What CustomLogger and BaseCallbackHandler are to us: a base class."""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    for name, base in (
        ("litellm.integrations.custom_logger", "CustomLogger"),
        ("langchain_core.callbacks", "BaseCallbackHandler"),
    ):
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            monkeypatch.setitem(sys.modules, ".".join(parts[:depth]), ModuleType(".".join(parts[:depth])))
        monkeypatch.setattr(sys.modules[name], base, StandIn, raising=False)
    return Kept()


def tell(callback: Any, told: dict[str, Any], method: str = "log_success_event") -> None:
    getattr(callback, method)(kwargs=told, response_obj=None, start_time=None, end_time=None)


def test_what_litellm_tells_is_recorded_once(kept: Kept) -> None:
    callback = litellm_callback(kept, team="search", project="ranker")
    plain, streamed, failed = TOLD
    for told in (plain, streamed, plain):
        tell(callback, told)
    tell(callback, failed, "log_failure_event")
    assert [record.status for record in kept.records] == ["ok", "ok", "error"]
    one, other, error = kept.records
    assert (one.provider, one.model, one.response_id) == ("openai", "gpt-4o-mini", "chatcmpl-abcdefgh")
    assert (one.input_tokens, one.output_tokens, one.cache_read_input_tokens) == (1000, 50, 600)
    assert (one.cost_estimated, one.cost_source, one.price_source) == (0.000135, "reported", "reported by LiteLLM")
    assert (one.team, one.project, one.tags) == ("search", "ranker", {"feature": "autocomplete"})
    assert (one.stream, other.stream) == (False, True)
    assert other.ttft_ms is not None
    assert (error.error_type, error.input_tokens, error.cost_estimated) == ("BadRequestError", None, None)
    assert "question" not in str(kept.records)


def test_teams_of_litellm_s_own_go_first(kept: Kept) -> None:
    own = TOLD[0] | {"litellm_params": {"metadata": {"team": "legal"}}}
    tell(litellm_callback(kept, team="search"), own)
    payload = TOLD[0]["standard_logging_object"]
    metadata = payload["metadata"] | {"user_api_key_team_alias": "proxy team"}
    proxy = own | {"litellm_call_id": "another", "standard_logging_object": payload | {"metadata": metadata}}
    tell(litellm_callback(kept, team="search"), proxy)
    assert [record.team for record in kept.records] == ["legal", "proxy team"]


def test_what_cannot_be_read_of_litellm_is_said_in_the_log(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    callback = litellm_callback(kept)
    tell(callback, {"litellm_call_id": "a"})
    tell(callback, {"litellm_call_id": "b", "standard_logging_object": {"startTime": "yesterday"}})
    assert kept.records == []
    assert "a call of LiteLLM's was not recorded" in caplog.text


def test_memory_of_litellm_s_calls_is_bounded(kept: Kept) -> None:
    callback = litellm_callback(kept)
    logging.getLogger("finops_router.instruments").setLevel(logging.ERROR)
    for number in range(MOST_SEEN + 1):
        tell(callback, {"litellm_call_id": str(number), "standard_logging_object": {}})
    logging.getLogger("finops_router.instruments").setLevel(logging.NOTSET)
    tell(callback, TOLD[0] | {"litellm_call_id": "0"})
    assert len(kept.records) == 1


RUN = uuid.UUID(int=7)
METADATA = {"ls_provider": "openai", "ls_model_name": "gpt-4o-mini"}
USED = {
    "input_tokens": 1000,
    "output_tokens": 50,
    "total_tokens": 1050,
    "input_token_details": {"cache_read": 600},
    "output_token_details": {"reasoning": 20},
}


def result(**said: Any) -> Any:
    """An LLMResult with one message."""
    message = SimpleNamespace(content="the answer", id="run-1", usage_metadata=USED, response_metadata=said)
    return SimpleNamespace(generations=[[SimpleNamespace(message=message)]])


def begin(handler: Any, run_id: uuid.UUID = RUN, **told: Any) -> None:
    handler.on_chat_model_start({}, [["the question"]], run_id=run_id, metadata=METADATA, **told)


def test_what_langchain_tells_is_recorded(kept: Kept) -> None:
    handler = langchain_handler(kept, team="search")
    with attribution(project="ranker", tags={"job": "nightly"}):
        begin(handler, invocation_params={"user": "u-1"})
        handler.on_llm_end(result(model_name="gpt-4o-mini-2024-07-18", id="chatcmpl-abcdefgh"), run_id=RUN)
    record = kept.only
    assert (record.provider, record.model) == ("openai", "gpt-4o-mini-2024-07-18")
    assert (record.requested_model, record.response_id) == ("gpt-4o-mini", "chatcmpl-abcdefgh")
    assert (record.input_tokens, record.output_tokens, record.cache_read_input_tokens) == (1000, 50, 600)
    assert (record.reasoning_output_tokens, record.cost_estimated, record.cost_source) == (20, 0.000135, "list")
    assert (record.team, record.project, record.tags) == ("search", "ranker", {"job": "nightly"})
    assert (record.status, record.stream, record.ttft_ms, record.end_user) == ("ok", False, None, "u-1")
    assert "the " not in str(record)


def test_a_streamed_run_has_the_time_to_its_first_token(kept: Kept) -> None:
    handler = langchain_handler(kept)
    begin(handler)
    for token in ("Hel", "lo"):
        handler.on_llm_new_token(token, run_id=RUN)
    handler.on_llm_end(result(), run_id=RUN)
    assert kept.only.stream is True
    assert kept.only.ttft_ms is not None
    assert kept.only.response_id is None  # run-1 is LangChain's own


def test_a_failed_run_is_recorded_and_one_without_a_message_too(kept: Kept) -> None:
    handler = langchain_handler(kept)
    begin(handler)
    handler.on_llm_error(TimeoutError("no"), run_id=RUN)
    handler.on_llm_start({}, ["the question"], run_id=RUN, metadata=METADATA)
    handler.on_llm_end(SimpleNamespace(generations=[]), run_id=RUN)
    assert [(one.status, one.error_type, one.input_tokens) for one in kept.records] == [
        ("error", "TimeoutError", None),
        ("ok", None, None),
    ]


def test_ends_without_a_beginning_and_beginnings_without_an_end_cost_nothing(kept: Kept) -> None:
    handler = langchain_handler(kept)
    handler.on_llm_end(result(), run_id=RUN)
    for number in range(MOST_OPEN + 1):
        begin(handler, uuid.UUID(int=number))
    handler.on_llm_end(result(), run_id=uuid.UUID(int=0))
    assert kept.records == []
    handler.on_llm_end(result(), run_id=RUN)
    assert len(kept.records) == 1


def test_without_the_library_it_is_an_import_error() -> None:
    for make in (litellm_callback, langchain_handler):
        with pytest.raises(ImportError):
            make(Kept())
