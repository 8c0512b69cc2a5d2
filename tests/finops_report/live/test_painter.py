"""The page is drawn while somebody looks, in a bounded share of time, and trouble neither ends it nor hides figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from finops_router.gateway import live as served

from finops_report.live import Painter, drawing, folder
from finops_report.live.painter import EVERY_S, SHARE, WATCHED_S
from tests.finops_report.live.telemetry import NOON, Telemetry, budget, plan


class Hall:
    """A painter with a clock of its own; `loads` are those asked for, `said` is what the operator was told."""

    def __init__(self, telemetry: Telemetry, place: Path) -> None:
        self.place, self.now_s, self.work_s, self.worked_s = place, NOON.timestamp(), 0.0, 0.0
        self.loads: list[float] = []
        self.said: list[str] = []
        self.painter = Painter(
            plan(budgets=(budget(),)), telemetry.db, place, self._load, self.said.append,
            clock=lambda: self.now_s, monotonic=lambda: self.now_s, worked=lambda: self.worked_s,
        )  # fmt: skip
        self.painter.take(plan(budgets=(budget(),)))  # without its thread: a test takes its turns

    def _load(self) -> None:
        self.loads.append(self.now_s)
        self.worked_s += self.work_s

    def turn(self) -> str:
        self.painter.turn()
        return (self.place / folder.FIGURES).read_text()

    def look(self, team: str | None = None) -> None:
        place = folder.place_of(self.place, team)
        place.mkdir(parents=True, exist_ok=True)
        (place / folder.WATCHED).write_text(team or "")
        os.utime(place / folder.WATCHED, (self.now_s, self.now_s))

    def figures_of(self, team: str) -> str:
        return (folder.place_of(self.place, team) / folder.FIGURES).read_text()


@pytest.fixture
def hall(telemetry: Telemetry, tmp_path: Path) -> Iterator[Hall]:
    found = Hall(telemetry, tmp_path / "live")
    yield found
    found.painter.close()


def test_both_halves_call_the_files_alike() -> None:
    names = ("PAGE", "POLICY", "FIGURES", "WATCHED", "TEAMS")
    assert [getattr(served, name) for name in names] == [getattr(folder, name) for name in names]
    assert drawing.PLACE.encode() == served.PLACE


def test_it_draws_once_and_then_only_while_somebody_looks(hall: Hall, telemetry: Telemetry) -> None:
    assert "$0.00" in hall.turn()
    telemetry.request(1, 0.5)
    hall.now_s += 10
    assert "$0.00" in hall.turn()
    hall.look()
    assert "$0.50" in hall.turn()
    telemetry.request(1, 0.5)
    hall.now_s += WATCHED_S + 1
    assert "$0.50" in hall.turn()
    assert len(hall.loads) == 1, "what nobody looks at is loaded in its own time"


def test_it_rests_so_many_times_as_long_as_it_works(hall: Hall) -> None:
    hall.turn()
    hall.work_s = 0.5
    for _ in range(60):
        hall.now_s += 0.25
        hall.look()
        hall.turn()
    assert {later - earlier for earlier, later in pairwise(hall.loads)} == {SHARE * 0.5}
    hall.work_s = 0.0
    hall.now_s += SHARE * 0.5
    before = len(hall.loads)
    for _ in range(24):
        hall.look()
        hall.turn()
        hall.now_s += 0.25
    assert len(hall.loads) - before == 6 / EVERY_S


def test_figures_stay_and_say_why_there_are_no_newer_ones(hall: Hall, telemetry: Telemetry) -> None:
    telemetry.request(1, 0.5)
    hall.turn()
    telemetry.db.write_bytes(b"no database <script>" * 1000)
    hall.now_s += 5
    hall.look()
    html = hall.turn()
    assert "No newer figures:" in html
    assert "$0.50" in html
    assert "12:00:00" in html
    assert hall.said == []


@pytest.mark.parametrize("error", [RuntimeError("cannot load"), OSError("no space")])
def test_the_operator_is_told_once_and_it_goes_on(hall: Hall, error: Exception) -> None:
    hall.turn()

    def failing() -> None:
        raise error

    good: Callable[[], None] = hall.painter._load  # type: ignore[assignment] # what a loader returns is no matter
    hall.painter._load = failing
    for _ in range(3):
        hall.now_s += 5
        hall.look()
        hall.turn()
    assert hall.said == [f"the live page has trouble and goes on: {error}"]
    hall.painter._load = good
    hall.now_s += 5
    hall.look()
    assert "12:00:20" in hall.turn()


def test_other_settings_are_on_the_page_from_then_on(hall: Hall) -> None:
    assert "10.00" in hall.turn()
    hall.painter.take(plan(title="Ours <b>", budgets=(budget(amount="20"),)))
    assert "Ours &lt;b&gt;" in (hall.place / folder.PAGE).read_text()
    hall.now_s += 5
    hall.look()
    assert "20.00" in hall.turn()


def test_what_it_leaves_behind_is_nothing(telemetry: Telemetry, tmp_path: Path) -> None:
    place = tmp_path / "live"
    with Painter(plan(), telemetry.db, place, lambda: None, lambda _: None) as painter:
        assert (place / folder.PAGE).exists()
        painter.turn()
    assert list(place.iterdir()) == []


def test_each_team_that_looks_has_figures_of_its_own(hall: Hall, telemetry: Telemetry) -> None:
    telemetry.request(1, 0.5, team="search")
    telemetry.request(1, 0.25, team="ads <b>")
    hall.turn()
    hall.look("search")
    hall.look("ads <b>")
    hall.now_s += EVERY_S
    assert "$0.75" in hall.turn(), "nobody looks at the page of all: it stays as it was"
    assert "$0.50" in hall.figures_of("search")
    assert "10.00" not in hall.figures_of("search"), "the budget is of all"
    assert "$0.25" in hall.figures_of("ads <b>")
    assert "Of the team ads &lt;b&gt; alone" in hall.figures_of("ads <b>")
    assert len(hall.loads) == 1, "what is recorded is loaded once for all of them"
    hall.now_s += WATCHED_S + 1
    telemetry.request(0, 1.0, team="search")
    hall.look("ads <b>")
    hall.turn()
    assert "$0.50" in hall.figures_of("search"), "nobody of that team looks any more"


def test_a_place_of_another_team_than_it_says_is_not_drawn(hall: Hall) -> None:
    hall.turn()
    hall.look("search")
    (folder.place_of(hall.place, "search") / folder.WATCHED).write_text("ads")
    hall.now_s += EVERY_S
    hall.turn()
    assert not (folder.place_of(hall.place, "search") / folder.FIGURES).exists()


def test_both_halves_keep_a_team_at_the_same_place(tmp_path: Path) -> None:
    for team in ("search", "../..", "Übersetzung 全", "\ud800"):
        assert folder.place_of(tmp_path, team) == served.place_of(tmp_path, team)
