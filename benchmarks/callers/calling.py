"""Call as one contender does: a line of JSON in for each scenario, a line with what the callers got out.

It needs Python alone, for contenders live in environments of their own.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

PROMPT = "Say sixty words."
MOST_LETTERS = 1000  # of an error


class Told(NamedTuple):
    """The text of an answer and the tokens that its caller is told of."""

    text: str
    input_tokens: int | None
    output_tokens: int | None


class Caller(Protocol):
    """A client of a group of models, the first of them the wanted one."""

    async def call(self, streamed: bool) -> Told:
        """Return the answer to PROMPT; raises whatever this client raises."""

    async def close(self) -> None:
        """Let go of its connections."""


def serve(version: str, opened: Callable[[str, list[str]], Caller]) -> None:
    """Say `version`, then do every scenario of standard input with a fresh caller from `opened`."""
    asyncio.run(_serve(version, opened))


async def _serve(version: str, opened: Callable[[str, list[str]], Caller]) -> None:
    """Do as `serve` does, in one event loop: clients keep connections beyond one caller."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    print(json.dumps(version), file=answers, flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await _outcomes(opened, json.loads(line))), file=answers, flush=True)


async def _outcomes(opened: Callable[[str, list[str]], Caller], asked: dict[str, Any]) -> list[dict[str, Any]]:
    caller = opened(asked["url"], asked["models"])
    calls = []
    for _ in range(asked["calls"]):
        calls.append(asyncio.create_task(_outcome(caller, asked["streamed"], asked["give_up_s"])))
        await asyncio.sleep(asked["every_s"])
    outcomes = await asyncio.gather(*calls)
    await caller.close()
    return outcomes


async def _outcome(caller: Caller, streamed: bool, give_up_s: float) -> dict[str, Any]:
    begin_s, error, told = time.monotonic(), "", Told("", None, None)
    try:
        told = await asyncio.wait_for(caller.call(streamed), give_up_s)
    except TimeoutError as err:
        gave_up = time.monotonic() - begin_s >= give_up_s
        error = f"given up after {give_up_s:g} s" if gave_up else f"TimeoutError: {err}"
    except Exception as err:  # whatever a client raises is its outcome
        error = f"{type(err).__name__}: {err}"[:MOST_LETTERS]
    return {"error": error, "took_s": time.monotonic() - begin_s, **told._asdict()}
