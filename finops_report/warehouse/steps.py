"""What a long reading says of how far it has come, to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Doing = Literal["looking", "new rows", "sums", "requests", "views", "over"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that begins: what is done, its number of how many `steps`, and how many requests there are, if known."""

    doing: Doing
    number: int
    steps: int
    rows: int | None = None


Told = Callable[[Step], None]


OVER = Step(
    "over", 1, 1
)  # however it ended, and once more when its source is closed; what is read from here on is in memory


def nobody(_: Step) -> None:
    """Be told, and tell nobody."""
