"""LiteLLM's proxy beside our gateway and a bare pass-through: one worker each, before the same provider, same load.

LiteLLM is installed into an environment of its own in .cache when this is run; without it the others are measured.
Rounds go in turn, so that what else the machine does falls on all alike: the ratios of a round count, and their median.
Ours has telemetry into a journal, a key and a hard budget; LiteLLM its master key and no database.
`python -m benchmarks gateway_peers`.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from benchmarks.environments import LITELLM_PROXY, python_with
from benchmarks.gateway import ASK, Contender, Effort, Load, contenders, free_port, load, provider, started

LITELLM, OURS, ALONE = "LiteLLM's proxy", "ours", "the provider alone"
KEY = "sk-bench"
CONFIG = """
model_list:
  - model_name: chat
    litellm_params: {{model: openai/gpt-4o-mini, api_base: "http://127.0.0.1:{port}/v1", api_key: none}}
general_settings: {{master_key: {key}}}
"""
QUIET = {"LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_DONT_SHOW_FEEDBACK_BOX": "True"}
STARTS_WITHIN_S = 180.0
EFFORT = Effort(rounds=5, seconds=10.0)
Rounds = dict[str, list[Load]]


@contextmanager
def litellm(python: Path, place: Path, upstream_port: int) -> Iterator[Contender]:
    """Start LiteLLM's proxy from the environment of `python`, with one worker."""
    port, config = free_port(), place / "litellm.yaml"
    config.write_text(CONFIG.format(port=upstream_port, key=KEY))
    command = [str(python.with_name("litellm")), "--config", str(config), "--host", "127.0.0.1"]
    with (
        (place / "litellm.log").open("w") as log,
        started([*command, "--port", str(port), "--num_workers", "1"], QUIET, log) as process,
    ):
        _wait_for(f"http://127.0.0.1:{port}/health/liveliness", process)
        yield Contender(LITELLM, process, port, KEY)


def _wait_for(url: str, process: subprocess.Popen[str]) -> None:
    until_s = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError as err:
            if process.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError(f"{LITELLM} did not start") from err
            time.sleep(0.2)


def answers_once(one: Contender) -> None:
    """Wait for a first answer: what is loaded by it is no load."""
    headers = {"Authorization": f"Bearer {one.key}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{one.port}/v1/chat/completions"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(ASK).encode(), headers), timeout=120) as answer:
        answer.read()


def in_turn(all_of_them: Sequence[Contender], crowd: int, effort: Effort, place: Path) -> Rounds:
    """Ask each in turn, `crowd` at once, round by round; return the rounds of each by its name."""
    found: Rounds = {one.name: [] for one in all_of_them}
    for _ in range(effort.rounds):
        for one in all_of_them:
            found[one.name].append(load(one, crowd, effort.seconds, place))
    return found


def added_ms(rounds: Rounds, name: str) -> list[float]:
    """Return what `name` adds to the provider's median time, round by round."""
    return [one.p50_ms - alone.p50_ms for one, alone in zip(rounds[name], rounds[ALONE], strict=True)]


def rows(crowd: int, rounds: Rounds) -> Iterator[str]:
    """Yield a line of the table for each but the provider: medians over the rounds."""
    for name, loads in rounds.items():
        if name != ALONE:
            per_s, p50_ms, cpu_us = (median(one) for one in zip(*loads, strict=True))
            added = f"{median(added_ms(rounds, name)):.2f}"
            yield f"| {crowd}, {name} | {per_s:.0f} | {p50_ms:.2f} | {added} | {cpu_us:.0f} |"


def over(ratios: Sequence[float]) -> str:
    """Return a median and a range in words."""
    return f"{median(ratios):.1f}x ({min(ratios):.1f}x to {max(ratios):.1f}x)"


def ratios(crowd: int, rounds: Rounds) -> Iterator[str]:
    """Yield what ours is over LiteLLM, round by round; nothing without it."""
    if LITELLM in rounds:
        pairs = list(zip(rounds[OURS], rounds[LITELLM], strict=True))
        yield f"- {crowd} at once, requests a second, ours over LiteLLM: {over([a.per_s / b.per_s for a, b in pairs])}"
        yield f"- {crowd} at once, processor, LiteLLM over ours: {over([b.cpu_us / a.cpu_us for a, b in pairs])}"
        added = zip(added_ms(rounds, LITELLM), added_ms(rounds, OURS), strict=True)
        yield f"- {crowd} at once, added p50, LiteLLM over ours: {over([b / a for b, a in added])}"


def run(effort: Effort = EFFORT, python: Path | None = None, *, install: bool = True) -> None:
    """Print what each takes, and the ratios; `python` is that of LiteLLM's environment, made if it may be installed."""
    python = python or (python_with("litellm-proxy", LITELLM_PROXY) if install else None)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = Path(folder)
        alone = stack.enter_context(provider())
        bare, ours = stack.enter_context(contenders(place, alone.port))
        all_of_them = [alone, bare, ours]
        if python is None:
            print(f"{LITELLM}: not installed\n")
        else:
            all_of_them.append(stack.enter_context(litellm(python, place, alone.port)))
        for one in all_of_them:
            answers_once(one)
        found = {crowd: in_turn(all_of_them, crowd, effort, place) for crowd in effort.crowds}
        print(f"median of {effort.rounds} rounds in turn; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
        print("| at once, who | requests a second | p50, ms | added to the provider's, ms | processor, us a request |")
        print("| --- | --- | --- | --- | --- |")
        for crowd, rounds in found.items():
            print("\n".join(rows(crowd, rounds)))
        print("\n| memory, MB | |\n| --- | --- |")
        for one in all_of_them[1:]:
            print(f"| {one.name} | {one.memory_mb():.0f} |")
        print()
        for crowd, rounds in found.items():
            print("\n".join(ratios(crowd, rounds)))
