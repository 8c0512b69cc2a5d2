"""Send calls through a router to the misbehaving provider, and compare its ledger with what was recorded."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from finops_router.calls import Delta, EmbeddingRequest, Message, Reply, Request, Restart, RoutedReply
from finops_router.errors import RouterError
from finops_router.router import Router
from finops_router.telemetry import TelemetryCollector

from tests.finops_router.scenarios.kinds import LIVE, PLAIN, Outcome
from tests.finops_router.scenarios.misbehaving import ANSWER, INPUT_TOKENS, vector_of

USD_PER_INPUT_TOKEN, USD_PER_OUTPUT_TOKEN = Decimal("1e-6"), Decimal("2e-6")
EMBED = "embed"
TEXTS = ("a red fox", "a grey goose", "seven swans")
LIMITS = "attempt_timeout_s = 1\nfirst_token_timeout_s = 0.5\nstall_timeout_s = 0.5\n"  # small: the faults are short


@dataclass(frozen=True)
class Conduct:
    """What the callers got, how long each of them took, what the provider saw, and what was recorded."""

    outcomes: list[RoutedReply | RouterError]
    took_s: list[float]
    ledger: list[dict[str, Any]]
    attempts: list[tuple[str, str, str | None]]
    cost_usd: Decimal | None

    @property
    def longest_s(self) -> float:
        return max(self.took_s)

    def told(self) -> list[Outcome]:
        """Return the outcomes in the plain values that any caller's are compared by."""
        return [outcome_of(outcome, took_s) for outcome, took_s in zip(self.outcomes, self.took_s, strict=True)]

    def asked(self, model: str) -> int:
        """How often the provider was asked for this model."""
        return sum(asked["model"] == model for asked in self.ledger)

    def answered_by(self) -> Counter[str]:
        return Counter(outcome.model for outcome in self.outcomes if isinstance(outcome, RoutedReply))


def started(**times: float) -> tuple[subprocess.Popen[str], str]:
    """Start the provider; return its process and its address."""
    command = [sys.executable, str(Path(__file__).with_name("misbehaving.py")), json.dumps(times)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, f"http://127.0.0.1:{int(process.stdout.readline())}"


def conduct(
    url: str,
    place: Path,
    *models: str,
    mode: str = PLAIN,
    calls: int = 1,
    every_s: float = 0.0,
    settings: str = "",
    limits: str = LIMITS,
) -> Conduct:
    """Send `calls`, one `every_s` seconds, to a group of `models` in this order, all else as by default."""
    toml, database = place / "finops.toml", place / "telemetry.duckdb"
    toml.write_text(finops_toml(url, models, settings, limits))
    with urllib.request.urlopen(urllib.request.Request(f"{url}/reset", method="POST")):
        pass
    with TelemetryCollector(database) as telemetry:
        done = asyncio.run(_all(toml, telemetry, mode, calls, every_s))
    with urllib.request.urlopen(f"{url}/ledger") as answer:
        ledger = json.load(answer)
    with duckdb.connect(str(database), read_only=True) as connection:
        attempts = connection.sql(
            "select model, outcome, error_type from attempts where outcome <> 'skipped'"
        ).fetchall()
        (cost_usd,) = connection.sql("select sum(cast(cost_estimated as decimal(28, 12))) from telemetry").fetchall()[0]
    outcomes, took_s = [outcome for outcome, _ in done], [took_s for _, took_s in done]
    return Conduct(outcomes, took_s, ledger, attempts, cost_usd)


def finops_toml(url: str, models: tuple[str, ...], settings: str, limits: str) -> str:
    lines = [settings, "[router.groups.chat]", 'strategy = "fixed"']
    for model in models:
        lines += ["[[router.groups.chat.targets]]", 'provider = "wall"', f'model = "{model}"', limits]
    for model in models:
        lines += ["[[router.prices]]", 'provider = "wall"', f'model = "{model}"']
        lines += ["input_usd_per_mtok = 1", "output_usd_per_mtok = 2"]
    return "\n".join([*lines, "[router.providers.wall]", f'base_url = "{url}/v1"', 'api_key_env = "WALL_KEY"'])


async def _all(
    toml: Path, telemetry: TelemetryCollector, mode: str, calls: int, every_s: float
) -> list[tuple[RoutedReply | RouterError, float]]:
    router = Router.from_toml(toml, telemetry)
    try:
        tasks = []
        for number in range(calls):
            tasks.append(asyncio.create_task(_one(router, number, mode)))
            await asyncio.sleep(every_s)
        return await asyncio.gather(*tasks)
    finally:
        await router.close()


async def _one(router: Router, number: int, mode: str) -> tuple[RoutedReply | RouterError, float]:
    started_s = time.monotonic()
    outcome: RoutedReply | RouterError
    try:
        outcome = await (_embedded(router, number) if mode == EMBED else _answered(router, number, mode))
    except RouterError as error:
        outcome = error
    return outcome, time.monotonic() - started_s


async def _answered(router: Router, number: int, mode: str) -> Reply:
    reply = await replied(router, number, mode)
    assert reply.text == ANSWER, "a cut answer passed for whole"
    return reply


async def _embedded(router: Router, number: int) -> RoutedReply:
    reply = await router.embed(EmbeddingRequest(request_id=f"q-{number}", group="chat", inputs=TEXTS))
    assert [tuple(vector) for vector in reply.vectors] == [vector_of(text) for text in TEXTS], "another text's vector"
    return reply


def outcome_of(outcome: RoutedReply | RouterError, took_s: float) -> Outcome:
    if isinstance(outcome, Reply):
        return Outcome(outcome.text, "", took_s, outcome.usage.input_tokens, outcome.usage.output_tokens)
    return Outcome("", f"{type(outcome).__name__}: {outcome}", took_s)


async def replied(router: Router, number: int, mode: str) -> Reply:
    """Return the reply of `router` to the one request of all scenarios; raises RouterError."""
    request = Request(
        request_id=f"q-{number}", group="chat", messages=(Message(role="user", text="Say sixty words."),),
        estimated_input_tokens=INPUT_TOKENS,
    )  # fmt: skip
    return await router.complete(request) if mode == PLAIN else await _streamed(router, request, mode)


async def _streamed(router: Router, request: Request, mode: str) -> Reply:
    text = ""
    async for piece in router.stream(request, live=mode == LIVE):
        if isinstance(piece, Delta):
            text += piece.text
        elif isinstance(piece, Restart):
            text = ""
        else:
            assert piece.text == text, "what was streamed is not what was replied"
            return piece
    raise AssertionError("The stream ended without a Reply")


def accounts_agree(conduct: Conduct) -> None:
    """Assert that every request at the provider is an attempt on record, and what it charges for is the cost, exactly.

    Answers that broke off, or did not come, are estimated: they cost something, but not to the last digit.
    """
    recorded = Counter(model for model, *_ in conduct.attempts)
    assert recorded == Counter(asked["model"] for asked in conduct.ledger)
    tokens = [asked["output_tokens"] for asked in conduct.ledger if asked["output_tokens"]]
    if any(asked["is_broken_off"] for asked in conduct.ledger):
        return
    read = len(tokens) * INPUT_TOKENS + sum(asked["embedded_tokens"] for asked in conduct.ledger)
    charged_usd = read * USD_PER_INPUT_TOKEN + sum(tokens) * USD_PER_OUTPUT_TOKEN
    assert (conduct.cost_usd or 0) == charged_usd
