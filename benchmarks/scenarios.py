"""How the router and its peers conduct themselves in the sixteen kinds of misconduct, plain and streamed.

The kinds and their judge are those of our tests (tests/finops_router/scenarios), the settings everybody's defaults; so
the provider misbehaves for as long as the defaults wait. Each contender runs in a process of its own against a provider
of its own, all of them at once: nearly all of their time is waiting. `python -m benchmarks scenarios`, six minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Barrier
from typing import Any, NamedTuple

from benchmarks.environments import LANGCHAIN, LITELLM, ROOT, python_with
from tests.finops_router.scenarios.conduct import started
from tests.finops_router.scenarios.kinds import KINDS, LIVE, PLAIN, Kind, Outcome, Pace, faults
from tests.finops_router.scenarios.misbehaving import Times

SILENT_S = 75.0
DEFAULTS = Pace(
    Times(
        retry_after_s=2.0, long_retry_after_s=2.0, slow_start_s=20.0, stall_s=SILENT_S, silence_s=SILENT_S,
        outage_s=20.0,
    ),
    ease=2.5,
    patience_s=65.0,
    probe_s=6.0,
)  # fmt: skip
GIVE_UP_S = 80.0  # a caller without an answer then has none
READY_WITHIN_S = 120.0
HEALTHY = Kind("healthy", ("ok", "no-done"), "ok", (1, 1))


class Contender(NamedTuple):
    """A caller of `benchmarks/callers`, and how to get the Python that has its library."""

    name: str
    module: str
    python: Callable[[], Path | None]
    has_fallback: bool = True


class Seen(NamedTuple):
    """What one contender did in one kind: its faults, the requests that the provider counted, the seconds of a call."""

    faults: tuple[str, ...]
    asked: int
    took_s: float


OURS = Contender("ours", "ours", lambda: Path(sys.executable))
SDK = Contender(
    "the bare SDK", "bare_sdk", lambda: Path(sys.executable) if find_spec("openai") else None, has_fallback=False
)
ALL = (
    OURS,
    Contender("LiteLLM Router", "litellm_router", lambda: python_with("litellm", LITELLM)),
    Contender("LangChain with_fallbacks", "langchain_fallbacks", lambda: python_with("langchain", LANGCHAIN)),
    SDK,
)


class Caller:
    """A contender's process: `version` is what it runs, `call` sends it through one kind."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.version = str(self._line())

    def call(self, asked: dict[str, Any]) -> list[Outcome]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return [Outcome(**one) for one in self._line()]

    def _line(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the caller ended: its last words are in its log")
        return json.loads(line)


@contextmanager
def caller(contender: Contender, python: Path) -> Iterator[Caller]:
    """Start the process of a contender; raises RuntimeError with its last words if it ends by itself."""
    command = [str(python), "-m", f"benchmarks.callers.{contender.module}"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            yield Caller(process)
        except RuntimeError as err:
            log.seek(0)
            raise RuntimeError(f"{contender.name}: {log.read()[-800:]}") from err
        finally:
            process.kill()
            process.communicate()


def conducted(
    contender: Contender, python: Path, mode: str, kinds: Sequence[Kind], pace: Pace, ready: Barrier
) -> tuple[str, dict[str, Seen]]:
    """Return the version of a contender, and by the names of `kinds` what it did in each, once all are `ready`."""
    server, url = started(**vars(pace.times))
    try:
        with aborted_by_failure(ready), caller(contender, python) as calling:
            _seen(calling, HEALTHY, mode, pace, url)  # what is loaded by the first call is no conduct
            ready.wait(READY_WITHIN_S)
            return calling.version, {kind.name: _seen(calling, kind, mode, pace, url) for kind in kinds}
    finally:
        server.kill()
        server.communicate()


@contextmanager
def aborted_by_failure(ready: Barrier) -> Iterator[None]:
    """Let nobody wait for a contender that has failed."""
    try:
        yield
    except Exception:
        ready.abort()
        raise


def _seen(calling: Caller, kind: Kind, mode: str, pace: Pace, url: str) -> Seen:
    with urllib.request.urlopen(urllib.request.Request(f"{url}/reset", method="POST")):
        pass
    outcomes = calling.call({
        "url": url, "models": kind.models, "streamed": mode != PLAIN, "calls": kind.calls,
        "every_s": pace.every_s(kind), "give_up_s": GIVE_UP_S,
    })  # fmt: skip
    with urllib.request.urlopen(f"{url}/ledger") as answer:
        ledger = json.load(answer)
    found = dict.fromkeys(faults(kind, mode, pace, outcomes, ledger))  # each of many calls may have the same
    return Seen(tuple(found), len(ledger), sum(outcome.took_s for outcome in outcomes) / len(outcomes))


def cell(seen: Seen, ours: Seen, kind: Kind, contender: Contender) -> str:
    """Return the verdict, how often the provider was asked, and how long it took beside ours, if both passed."""
    if not seen.faults:
        ratio = "" if ours.faults else f", {seen.took_s / ours.took_s:.2f}x"
        return f"passed, {seen.asked}{ratio}"
    return f"{'no fallback' if kind.needs_fallback and not contender.has_fallback else 'failed'}, {seen.asked}"


def table(mode: str, kinds: Sequence[Kind], seen: dict[Contender, dict[str, Seen]]) -> Iterator[str]:
    """Yield the lines of a table, a kind a row, and below it what was not good conduct."""
    yield f"| {mode}: verdict, requests, time over ours | {' | '.join(one.name for one in seen)} |"
    yield "| --- " * (len(seen) + 1) + "|"
    ours = seen[OURS]
    for kind in kinds:
        cells = [cell(found[kind.name], ours[kind.name], kind, one) for one, found in seen.items()]
        yield f"| {kind.name} | {' | '.join(cells)} |"
    sums = [sum(not one.faults for one in found.values()) for found in seen.values()]
    yield f"| passed of {len(kinds)} | {' | '.join(map(str, sums))} |"
    yield ""
    for contender, found in seen.items():
        for kind in kinds:
            for fault in found[kind.name].faults[:3]:
                yield f"- {contender.name}, {kind.name.partition(' ')[0]}: {' '.join(fault.split())[:160]}"


def run(contenders: Sequence[Contender] = ALL, kinds: Sequence[Kind] = KINDS, pace: Pace = DEFAULTS) -> None:
    """Send every contender through every kind, plain and streamed, and print both tables."""
    pythons = {one: python for one in contenders if (python := one.python()) is not None}
    for one in set(contenders) - set(pythons):
        print(f"{one.name}: not installed")
    ready = Barrier(2 * len(pythons))
    with ThreadPoolExecutor(ready.parties) as pool:
        runs = {
            (mode, one): pool.submit(conducted, one, python, mode, kinds, pace, ready)
            for mode in (PLAIN, LIVE)
            for one, python in pythons.items()
        }
        for future in as_completed(runs.values()):
            future.result()  # the first to fail says why
        done = {key: future.result() for key, future in runs.items()}
    for one in pythons:
        print(f"{one.name}: {done[PLAIN, one][0]}")
    for mode in (PLAIN, LIVE):
        print()
        seen = {one: done[mode, one][1] for one in pythons}
        print("\n".join(table("plain" if mode == PLAIN else "streamed", kinds, seen)))
