"""Failover through the gateway: OpenAI's SDK before it, misconduct behind it, settings that name providers and models.

All sixteen kinds, with everybody's defaults: `python -m benchmarks gateway_scenarios`.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from benchmarks.callers.gateway import only_names
from tests.finops_router.gateway.running import Running, running
from tests.finops_router.scenarios.conduct import started
from tests.finops_router.scenarios.kinds import KINDS, LIVE, PLAIN, Kind, Outcome, Pace, faults
from tests.finops_router.scenarios.misbehaving import Times

HELLO: Any = [{"role": "user", "content": "Say sixty words."}]
QUICK = Pace(Times(retry_after_s=0.1), ease=20.0)
CHOSEN = tuple(kind for kind in KINDS if kind.name[:3] not in {"S02", "S04", "S06", "S07", "S09", "S15"})  # these wait
TORN = ("S08", "S10", "S14")  # a stream that breaks off after its first piece
WHOLE = "whole"


@pytest.fixture(scope="module")
def wall() -> Iterator[str]:
    process, url = started(**vars(QUICK.times))
    yield url
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def gateway(wall: str) -> Iterator[Running]:
    """A group for each kind and mode, of a provider of its own: what one knows of its targets is nothing to others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WALL_KEY", "sk-test-0123456789abcdef")
        names = [(group_of(kind, mode), list(kind.models)) for kind in CHOSEN for mode in (PLAIN, LIVE, WHOLE)]
        with running("".join(only_names(wall, models, name, f"at-{name}") for name, models in names)) as found:
            yield found


def group_of(kind: Kind, mode: str) -> str:
    return f"{kind.name[:3]}-{mode}"


def reset(url: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(f"{url}/reset", method="POST")):
        pass


def ledger(url: str) -> Any:
    with urllib.request.urlopen(f"{url}/ledger") as answer:
        return json.load(answer)


def outcome(gateway: Running, kind: Kind, mode: str) -> Outcome:
    """What a client with the SDK's defaults gets."""
    begin_s = time.monotonic()
    headers = {"x-finops-stream": WHOLE} if mode == WHOLE else {}
    with openai.OpenAI(base_url=gateway.v1, api_key="none", default_headers=headers) as client:
        try:
            text, usage = (plain if mode == PLAIN else streamed)(client, group_of(kind, mode))
        except openai.APIError as error:
            return Outcome("", f"{type(error).__name__}: {error}", time.monotonic() - begin_s)
    return Outcome(text, "", time.monotonic() - begin_s, usage.prompt_tokens, usage.completion_tokens)


def plain(client: openai.OpenAI, model: str) -> tuple[str, Any]:
    answer = client.chat.completions.create(model=model, messages=HELLO)
    return answer.choices[0].message.content or "", answer.usage


def streamed(client: openai.OpenAI, model: str) -> tuple[str, Any]:
    text, usage = "", None
    options: Any = {"include_usage": True}
    for chunk in client.chat.completions.create(model=model, messages=HELLO, stream=True, stream_options=options):
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        usage = chunk.usage or usage
    return text, usage


@pytest.mark.parametrize("mode", [PLAIN, LIVE, WHOLE])
@pytest.mark.parametrize("kind", CHOSEN, ids=lambda kind: kind.name)
def test_the_client_is_answered_and_the_provider_spared(gateway: Running, wall: str, kind: Kind, mode: str) -> None:
    reset(wall)
    found = outcome(gateway, kind, mode)
    if mode == LIVE and kind.name[:3] in TORN:
        assert found.error.startswith("APIError: "), "what was cut passed for whole"
        assert [one["model"] for one in ledger(wall)] == [kind.models[0]], "somebody was paid for what nobody reads"
    else:
        assert not list(faults(kind, PLAIN if mode == PLAIN else LIVE, QUICK, [found], ledger(wall)))
