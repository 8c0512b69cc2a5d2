"""The kinds of conduct that public failover benchmarks ask for, over HTTP: plain, buffered and live.

The names S01 to S16 are those of failoverbench's catalogue; the times are shorter here, the settings the default ones.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from finops_router.calls import Reply
from finops_router.errors import AllTargetsFailed, Refused

from tests.finops_router.scenarios.conduct import BUFFERED, LIVE, PLAIN, Conduct, accounts_agree, conduct, started


class Kind(NamedTuple):
    """One kind of misconduct: the models of the group, who must answer, and how often the first may be asked."""

    name: str
    models: tuple[str, ...]
    answered_by: str
    asked: tuple[int, int]
    within_s: tuple[float, float] = (0.0, 4.0)


WITH_FALLBACK = (
    Kind("S01 429 with Retry-After", ("limited-once", "ok"), "limited-once", (2, 2), (0.4, 2.0)),
    Kind("S02 429 without Retry-After, persistent", ("limited", "ok"), "ok", (1, 4)),
    Kind("S03 500 once, then healthy", ("failing-once", "ok"), "failing-once", (2, 2)),
    Kind("S04 503 persistent", ("down", "ok"), "ok", (1, 6)),
    Kind("S05 reset before headers", ("reset-once", "ok"), "", (1, 2)),
    Kind("S06 no response at all", ("silent", "ok"), "ok", (1, 1)),
    Kind("S07 slow first token", ("slow-start", "ok"), "ok", (1, 1)),
    Kind("S08 stream cut", ("cut", "ok"), "ok", (1, 2)),
    Kind("S09 stream stalls", ("stall", "ok"), "ok", (1, 1)),
    Kind("S10 malformed", ("malformed", "ok"), "ok", (1, 1)),
    Kind("S11 no end mark after a whole answer", ("no-done", "ok"), "no-done", (1, 1), (0.0, 2.0)),
    Kind("S12 context too long, fallback of unknown window", ("too-long", "ok"), "ok", (1, 1)),
    Kind("S14 cut, and the fallback takes no prefill", ("cut", "no-prefill"), "no-prefill", (1, 2)),
    Kind("S16 accounts of a failover", ("down", "ok"), "ok", (1, 6)),
    Kind("503 with Retry-After is not asked again at once", ("busy", "ok"), "ok", (1, 1), (0.0, 0.9)),
    Kind("an error in the answer's place", ("in-band-error", "ok"), "ok", (1, 1)),
)
ALONE = (
    Kind("429 with Retry-After", ("limited-once",), "limited-once", (2, 2), (0.4, 2.0)),
    Kind("429 with a longer one", ("limited-long",), "limited-long", (2, 2), (1.0, 3.0)),
    Kind("500 once", ("failing-once",), "failing-once", (2, 2)),
    Kind("reset once", ("reset-once",), "reset-once", (2, 2)),
    Kind("503 with Retry-After", ("busy",), "busy", (2, 2), (1.0, 3.0)),
)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    process, url = started()
    yield url
    stop(process)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALL_KEY", "none")


def stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def is_conduct(kind: Kind, seen: Conduct) -> None:
    (outcome,) = seen.outcomes
    assert isinstance(outcome, Reply), outcome
    assert kind.answered_by in {"", outcome.model}
    assert kind.asked[0] <= seen.asked(kind.models[0]) <= kind.asked[1]
    assert kind.within_s[0] <= seen.longest_s <= kind.within_s[1]
    assert (outcome.usage.input_tokens, outcome.usage.output_tokens) == (20, 60)
    accounts_agree(seen)


@pytest.mark.parametrize("mode", [PLAIN, BUFFERED, LIVE])
@pytest.mark.parametrize("kind", WITH_FALLBACK, ids=lambda kind: kind.name)
def test_the_caller_is_answered_and_the_provider_spared(kind: Kind, mode: str, provider: str, tmp_path: Path) -> None:
    is_conduct(kind, conduct(provider, tmp_path, *kind.models, mode=mode))


@pytest.mark.parametrize("mode", [PLAIN, BUFFERED, LIVE])
@pytest.mark.parametrize("kind", ALONE, ids=lambda kind: kind.name)
def test_one_target_without_fallback_is_tried_again(kind: Kind, mode: str, provider: str, tmp_path: Path) -> None:
    is_conduct(kind, conduct(provider, tmp_path, *kind.models, mode=mode))


@pytest.mark.parametrize("mode", [PLAIN, LIVE])
def test_s13_a_refusal_for_content_goes_to_the_caller(mode: str, provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, "filtered", "ok", mode=mode)
    (error,) = seen.outcomes
    assert isinstance(error, Refused)
    assert "rejected by our safety system" in str(error)
    assert (seen.asked("filtered"), seen.asked("ok")) == (1, 0)
    accounts_agree(seen)


@pytest.mark.parametrize("models", [("down",), ("down", "limited"), ("limited", "down")])
def test_if_all_are_down_the_call_ends_soon_and_cleanly(models: tuple[str, ...], provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, *models)
    assert isinstance(seen.outcomes[0], AllTargetsFailed)
    assert max(seen.asked(model) for model in models) <= 4
    assert seen.longest_s < 9.0
    accounts_agree(seen)


@pytest.mark.parametrize("mode", [PLAIN, LIVE])
def test_s15_after_an_outage_the_first_target_is_back_within_a_probe(mode: str, tmp_path: Path) -> None:
    process, url = started(outage_s=4.0)
    try:
        quick = "[router.health]\ncooldown_s = 0.1\ncooldown_max_s = 0.4\n"  # a tenth of the defaults
        seen = conduct(url, tmp_path, "outage", "ok", mode=mode, calls=60, every_s=0.1, settings=quick)
    finally:
        stop(process)
    assert all(isinstance(outcome, Reply) for outcome in seen.outcomes)
    back_s = [asked["at_s"] for asked in seen.ledger if asked["model"] == "outage" and asked["status"] == 200]
    assert min(back_s) < 4.0 + 0.8
    assert sum(asked["status"] == 503 for asked in seen.ledger) <= 20  # of 40 calls meanwhile: probes are spaced
    assert seen.asked("outage") >= 20 - 8
    accounts_agree(seen)


def test_a_target_that_fails_three_in_ten_serves_what_it_can(provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, "three-in-ten", "ok", calls=100, every_s=0.02)
    assert seen.answered_by() == {"three-in-ten": 70, "ok": 30}
    accounts_agree(seen)


@pytest.mark.parametrize("mode", [PLAIN, LIVE])
def test_fifty_calls_at_once_on_a_target_just_healthy_again_are_all_answered(
    mode: str, provider: str, tmp_path: Path
) -> None:
    seen = conduct(provider, tmp_path, "limited-long", mode=mode, calls=50, limits="")
    assert seen.answered_by() == {"limited-long": 50}, seen.outcomes
    accounts_agree(seen)
