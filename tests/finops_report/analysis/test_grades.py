"""Grades at their edges, alone and together."""

from __future__ import annotations

from finops_report.analysis.grades import graded, worst, worst_known


def test_grading() -> None:
    assert [graded(x, 1, 2) for x in (1, 1.5, 2, 2.1)] == ["good", "watch", "watch", "bad"]
    assert worst("good", "bad", "watch") == "bad"


def test_what_could_not_be_judged_weighs_nothing_beside_what_could() -> None:
    assert worst_known(("not enough data", "watch", "good")) == "watch"
    assert worst_known(("not enough data", "not enough data")) == "not enough data"
