"""How far a reading has come is shown on a terminal alone, not of a short one, and nothing of it stays."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from finops_report.commands.progress_line import progress_line
from finops_report.warehouse.steps import Step, nobody

LINE = "\r\033[K"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def seconds(*given: float) -> Callable[[], float]:
    return iter(given).__next__


def test_a_line_takes_the_place_of_the_one_before_and_goes_in_the_end() -> None:
    terminal = Terminal()
    with progress_line(terminal, seconds(0, 0.5, 1, 7)) as told:
        told(Step("looking", 1, 1))
        told(Step("new rows", 2, 9))
        told(Step("sums", 3, 24, 12_000_000))
    assert terminal.getvalue() == (
        f"{LINE}summing what is new or changed, part 2 of 9{LINE}12,000,000 requests: summing 3 of 24{LINE}"
    )


def stopped(terminal: io.StringIO) -> None:
    with progress_line(terminal, seconds(0, 2)) as told:
        told(Step("views", 1, 60, 5))
        raise KeyboardInterrupt


def test_it_goes_too_if_an_error_ends_the_reading() -> None:
    terminal = Terminal()
    with pytest.raises(KeyboardInterrupt):
        stopped(terminal)
    assert terminal.getvalue() == f"{LINE}5 requests: working out figures, 1 of 60{LINE}"


def test_nothing_is_written_of_a_short_reading() -> None:
    terminal = Terminal()
    with progress_line(terminal, seconds(0, 0.9)) as told:
        told(Step("looking", 1, 1))
    assert terminal.getvalue() == ""


def test_nobody_is_told_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress_line(io.StringIO()) as told:
        assert told is nobody
    monkeypatch.setattr(sys, "stderr", None)  # as under pythonw, and some supervisors
    with progress_line() as told:
        assert told is nobody


def test_a_terminal_that_is_gone_ends_no_reading() -> None:
    class Gone(Terminal):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    with progress_line(Gone(), seconds(0, 2)) as told:
        told(Step("looking", 1, 1))
