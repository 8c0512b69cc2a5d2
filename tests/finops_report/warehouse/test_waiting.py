"""Waiting for a file that somebody else has open."""

from __future__ import annotations

import pytest

from finops_report.warehouse.waiting import LONGEST_WAIT_S, Waited, Waiting


class BusyError(Exception):
    pass


def is_busy(err: Exception) -> bool:
    return isinstance(err, BusyError)


def failing(*errors: Exception) -> tuple[list[Exception], list[float], Waiting]:
    """What an attempt will raise, the waits so far, and ten seconds of patience that pass only by waiting."""
    waits: list[float] = []
    return list(errors), waits, Waiting(10, lambda: sum(waits), waits.append)


def test_a_free_file_is_not_waited_for() -> None:
    _, waits, waiting = failing()
    waiting.until_free(lambda: None, is_busy)
    assert waits == []


def test_waits_grow_up_to_the_longest() -> None:
    errors, waits, waiting = failing(*[BusyError()] * 8)

    def attempt() -> None:
        if errors:
            raise errors.pop()

    waiting.until_free(attempt, is_busy)
    assert waits == sorted(waits)
    assert (len(waits), waits[-1]) == (8, LONGEST_WAIT_S)


def test_another_error_is_raised_at_once() -> None:
    _, waits, waiting = failing()

    def attempt() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        waiting.until_free(attempt, is_busy)
    assert waits == []


def test_when_patience_is_over_the_last_refusal_is_raised() -> None:
    _, waits, waiting = failing()

    def attempt() -> None:
        raise BusyError

    with pytest.raises(BusyError):
        waiting.until_free(attempt, is_busy)
    assert 9 < sum(waits) <= 10


def test_what_was_waited_is_counted_and_nothing_else() -> None:
    errors, waits, waiting = failing(BusyError(), BusyError())
    waited = Waited()

    def attempt() -> None:
        if errors:
            raise errors.pop()

    waited.counting(waiting).until_free(attempt, is_busy)
    assert (waited.seconds, len(waits)) == (sum(waits), 2)
