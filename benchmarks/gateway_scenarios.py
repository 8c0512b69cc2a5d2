"""The sixteen kinds of misconduct once more, with the gateway between OpenAI's SDK and the provider.

The kinds, the provider, the judge and the pace are those of `python -m benchmarks scenarios`; beside the gateway goes
the router that is within it. A client of a live stream cannot be told that what it has is void, so a stream that breaks
off after its first piece ends as an error there; with `x-finops-stream: whole` it is answered by the next target.
`python -m benchmarks gateway_scenarios`, six minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks import scenarios
from benchmarks.scenarios import DEFAULTS, OURS, Contender
from tests.finops_router.scenarios.kinds import KINDS, Kind, Pace


def _python() -> Path | None:
    return Path(sys.executable) if all(map(find_spec, ("openai", "uvicorn"))) else None


LIVE = Contender("SDK, gateway", "gateway", _python)
WHOLE = Contender("SDK, gateway, whole streams", "gateway_whole", _python)


def run(
    contenders: Sequence[Contender] = (OURS, LIVE, WHOLE), kinds: Sequence[Kind] = KINDS, pace: Pace = DEFAULTS
) -> None:
    """Send the router, and clients through the gateway, through every kind, and print both tables."""
    scenarios.run(contenders, kinds, pace)
