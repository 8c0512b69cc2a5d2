"""How far a reading has come is shown on a terminal alone, not of a short one, and nothing of it stays."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from finops_report.commands import reading
from finops_report.commands.progress_line import progress_line
from finops_report.warehouse.steps import OVER, Step, nobody
from tests.conftest import Run, call, write_table

LINE = "\r\033[K"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def seconds(*given: float) -> Callable[[], float]:
    return iter(given).__next__


def test_a_line_takes_the_place_of_the_one_before_and_goes_in_the_end() -> None:
    terminal = Terminal()
    told = progress_line(terminal, seconds(0, 0.5, 1, 7))
    told(Step("looking", 1, 1))
    told(Step("new rows", 2, 9))
    told(Step("sums", 3, 24, 12_000_000))
    told(OVER)
    told(OVER)
    assert terminal.getvalue() == (
        f"{LINE}summing what is new or changed, part 2 of 9{LINE}12,000,000 requests: summing 3 of 24{LINE}"
    )


def test_every_command_that_reads_shows_it_and_takes_it_away_before_it_prints(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(reading, "progress_line", lambda: lambda step: told.append(step.doing))
    db = str(write_table(tmp_path / "t.duckdb", [call()]))
    for asked, expected in {
        ("query", "totals"): {"looking", "sums", "views"},
        ("check", "--max-unpriced", "1"): {"looking", "sums", "views"},
        ("export", "--format", "focus"): {"looking", "requests"},
        ("export", "--format", "csv"): {"looking", "requests"},
        ("statement", "--by", "team"): {"looking", "sums", "views"},
    }.items():
        told.clear()
        result = run(*asked, "--db", db)
        assert result.exit_code == 0, result.output
        assert {*told} >= {*expected, "over"}, asked
        assert told[-1] == "over"


def test_it_goes_too_if_an_error_ends_the_reading(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(reading, "progress_line", lambda: lambda step: told.append(step.doing))
    db = str(write_table(tmp_path / "t.duckdb", [call()]))
    monkeypatch.setattr("finops_report.warehouse.opening.create_calendar", stop)
    assert run("query", "totals", "--db", db).exit_code != 0
    assert told == ["looking", "over"]


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_nothing_is_written_of_a_short_reading() -> None:
    terminal = Terminal()
    told = progress_line(terminal, seconds(0, 0.9))
    told(Step("looking", 1, 1))
    told(OVER)
    assert terminal.getvalue() == ""


def test_nobody_is_told_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert progress_line(io.StringIO()) is nobody
    monkeypatch.setattr(sys, "stderr", None)  # as under pythonw, and some supervisors
    assert progress_line() is nobody


def test_a_terminal_that_is_gone_ends_no_reading() -> None:
    class Gone(Terminal):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    told = progress_line(Gone(), seconds(0, 2))
    told(Step("looking", 1, 1))
    told(OVER)
