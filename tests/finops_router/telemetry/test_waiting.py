"""Waiting looks at once, pauses longer and longer, and never outlasts its patience."""

from __future__ import annotations

import pytest
from finops_router.telemetry.waiting import Waiting


class Clock:
    """A clock that moves only by being slept on."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.pauses_s: list[float] = []

    def sleep(self, pause_s: float) -> None:
        self.pauses_s.append(pause_s)
        self.now_s += pause_s


@pytest.mark.parametrize(
    ("patience_s", "pauses_s"), [(0.0, []), (0.9, []), (1.0, [1.0]), (8.0, [1.0, 2.0, 4.0]), (12.0, [1, 2, 4, 4])]
)
def test_pauses_double_up_to_the_longest_and_end_with_the_patience(patience_s: float, pauses_s: list[float]) -> None:
    clock = Clock()
    waiting = Waiting(patience_s, lambda: clock.now_s, clock.sleep)
    assert len(list(waiting.looks(1.0, 4.0))) == len(pauses_s) + 1
    assert clock.pauses_s == pauses_s


def test_patience_is_shortened_and_never_lengthened() -> None:
    clock = Clock()
    waiting = Waiting(10.0, lambda: clock.now_s, clock.sleep)
    assert (waiting.at_most(5.0).patience_s, waiting.at_most(20.0).patience_s) == (5.0, 10.0)
