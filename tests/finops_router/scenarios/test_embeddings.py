"""Embeddings over HTTP: whatever the first target does, the texts get their vectors, and the accounts agree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from finops_router.calls import EmbeddingReply
from finops_router.errors import AllTargetsFailed

from tests.finops_router.scenarios.conduct import EMBED, TEXTS, accounts_agree, conduct, started
from tests.finops_router.scenarios.misbehaving import TOKENS_PER_TEXT


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    process, url = started()
    yield url
    ended(process)


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALL_KEY", "sk-wall-0123456789abcdef")


@pytest.mark.parametrize(
    ("first", "answered_by", "error_type"),
    [
        ("ok", "ok", None),
        ("down", "second", "unavailable"),
        ("limited", "second", "rate_limited"),
        ("limited-once", "limited-once", "rate_limited"),
        ("failing-once", "failing-once", "server_error"),
        ("too-long", "second", "context_too_long"),
        ("silent", "second", "timeout"),
        ("too-few", "second", "stream_cut"),
        ("no-number", "second", "stream_cut"),
    ],
)
def test_a_failing_target_gives_way_and_the_accounts_agree(
    first: str, answered_by: str, error_type: str | None, provider: str, tmp_path: Path
) -> None:
    seen = conduct(provider, tmp_path, first, "second", mode=EMBED)
    (reply,) = seen.outcomes
    assert isinstance(reply, EmbeddingReply)
    assert reply.model == answered_by
    assert [error for _, outcome, error in seen.attempts if outcome != "ok"] == [error_type] * (error_type is not None)
    assert reply.cost_usd == seen.cost_usd
    accounts_agree(seen)


def test_vectors_that_are_none_are_paid_for_to_the_last_digit(provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, "too-few", "second", mode=EMBED, calls=20, every_s=0.01)
    assert seen.answered_by() == {"second": 20}
    assert 4 <= seen.asked("too-few") < 20  # its circuit opens
    assert sum(asked["embedded_tokens"] for asked in seen.ledger) > 20 * TOKENS_PER_TEXT * len(TEXTS)
    accounts_agree(seen)


def test_what_is_recorded_is_an_embedding(provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, "down", "second", mode=EMBED)
    assert seen.answered_by() == {"second": 1}
    with duckdb.connect(str(tmp_path / "telemetry.duckdb"), read_only=True) as connection:
        (row,) = connection.sql(
            "select operation, status, attempts, input_tokens, output_tokens, usage_source, cost_source from telemetry"
        ).fetchall()
    assert row == ("embeddings", "ok", 2, TOKENS_PER_TEXT * len(TEXTS), 0, "provider", "contract")


def test_without_any_answer_the_caller_is_told_what_each_target_sent(provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, "too-few", "no-number", mode=EMBED)
    (error,) = seen.outcomes
    assert isinstance(error, AllTargetsFailed)
    assert "2 vectors for 3 inputs" in str(error)
    assert "a number is not finite" in str(error)
    accounts_agree(seen)
