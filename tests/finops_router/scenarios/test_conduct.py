"""The kinds of conduct that public failover benchmarks ask for, over HTTP: plain, buffered and live.

The names S01 to S16 are those of failoverbench's catalogue; the times are shorter here, the settings the default ones.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from finops_router.calls import Reply
from finops_router.errors import AllTargetsFailed, Refused

from tests.finops_router.scenarios.conduct import Conduct, accounts_agree, conduct, started
from tests.finops_router.scenarios.kinds import BUFFERED, KINDS, LIVE, PLAIN, Kind, Pace, faults
from tests.finops_router.scenarios.misbehaving import Times

QUICK = Pace(Times(outage_s=4.0))
SINGLE = tuple(kind for kind in KINDS if kind.calls == 1 and not kind.is_refused)
(REFUSED,) = (kind for kind in KINDS if kind.is_refused)
(OUTAGE,) = (kind for kind in KINDS if kind.calls > 1)
ALSO = (
    Kind("503 with Retry-After is not asked again at once", ("busy", "ok"), "ok", (1, 1), at_most_s=0.9),
    Kind("an error in the answer's place", ("in-band-error", "ok"), "ok", (1, 1)),
)
ALONE = (
    Kind("429 with Retry-After", ("limited-once",), "limited-once", (2, 2), "retry_after_s", 1.6),
    Kind("429 with a longer one", ("limited-long",), "limited-long", (2, 2), "long_retry_after_s", 2.0),
    Kind("500 once", ("failing-once",), "failing-once", (2, 2)),
    Kind("reset once", ("reset-once",), "reset-once", (2, 2)),
    Kind("503 with Retry-After", ("busy",), "busy", (2, 2), "long_retry_after_s", 2.0),
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


def is_conduct(kind: Kind, mode: str, seen: Conduct) -> None:
    assert not list(faults(kind, mode, QUICK, seen.told(), seen.ledger))
    (outcome,) = seen.outcomes
    assert isinstance(outcome, Reply), outcome
    assert kind.answered_by in {"", outcome.model}
    assert (outcome.usage.input_tokens, outcome.usage.output_tokens) == (20, 60)
    accounts_agree(seen)


@pytest.mark.parametrize("mode", [PLAIN, BUFFERED, LIVE])
@pytest.mark.parametrize("kind", SINGLE + ALSO, ids=lambda kind: kind.name)
def test_the_caller_is_answered_and_the_provider_spared(kind: Kind, mode: str, provider: str, tmp_path: Path) -> None:
    is_conduct(kind, mode, conduct(provider, tmp_path, *kind.models, mode=mode))


@pytest.mark.parametrize("mode", [PLAIN, BUFFERED, LIVE])
@pytest.mark.parametrize("kind", ALONE, ids=lambda kind: kind.name)
def test_one_target_without_fallback_is_tried_again(kind: Kind, mode: str, provider: str, tmp_path: Path) -> None:
    is_conduct(kind, mode, conduct(provider, tmp_path, *kind.models, mode=mode))


@pytest.mark.parametrize("mode", [PLAIN, LIVE])
def test_s13_a_refusal_for_content_goes_to_the_caller(mode: str, provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, *REFUSED.models, mode=mode)
    assert not list(faults(REFUSED, mode, QUICK, seen.told(), seen.ledger))
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
    process, url = started(outage_s=QUICK.times.outage_s)
    try:
        quick = "[router.health]\ncooldown_s = 0.1\ncooldown_max_s = 0.4\n"  # a tenth of the defaults
        every_s = QUICK.every_s(OUTAGE)
        seen = conduct(url, tmp_path, *OUTAGE.models, mode=mode, calls=OUTAGE.calls, every_s=every_s, settings=quick)
    finally:
        stop(process)
    assert not list(faults(OUTAGE, mode, QUICK, seen.told(), seen.ledger))
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
