"""Make the night on which a team's job asked again and again: what a report must call unusual."""

from __future__ import annotations

import random
from collections.abc import Iterator

from finops_router.calls import Request
from finops_router.demo.trace import TracedRequest
from finops_router.demo.traffic import MAX_OUTPUT_TOKENS, Arrival, Scenario
from finops_router.providers.simulated import Work

REQUESTS = 900  # about what all teams spend on one usual day


def runaway(trace: tuple[TracedRequest, ...], scenario: Scenario, seed: int) -> Iterator[Arrival]:
    """Yield the requests of the loop, in order; none if the scenario has no such night."""
    if scenario.runaway is None:
        return
    rng = random.Random(f"runaway {seed}")  # noqa: S311 -- the demo's chance; of its own, so that traffic stays as it is
    for at_s in sorted(rng.uniform(*scenario.runaway) for _ in range(REQUESTS)):
        traced = rng.choice(trace)
        request = Request(
            request_id=f"{rng.getrandbits(128):032x}",
            group="code",
            strategy=scenario.strategy(at_s, rng),
            estimated_input_tokens=traced.input_tokens,
            max_output_tokens=MAX_OUTPUT_TOKENS,
            stream=False,
            team="data",
            project="notebook-assistant",
            environment="production",
            end_user=None,
            tags={"source": "demo"},
        )
        work = Work(input_tokens=traced.input_tokens, output_tokens=traced.output_tokens)
        yield Arrival(at_s, request, work)
