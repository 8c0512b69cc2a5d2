"""Grade one number against two bounds, and combine grades."""

from __future__ import annotations

from collections.abc import Iterable

from finops_report.analysis.verdict import Verdict
from finops_report.wording.bounds import settled

GRAVITY: tuple[Verdict, ...] = ("good", "watch", "bad")  # the gravest last


def graded(value: float, watch: float, bad: float) -> Verdict:
    """Return 'good' up to `watch`, 'watch' up to `bad`, 'bad' above."""
    measured = settled(value)
    return "good" if measured <= settled(watch) else "watch" if measured <= settled(bad) else "bad"


def worst(*verdicts: Verdict) -> Verdict:
    """Return the gravest of several verdicts; none of them may be 'not enough data'."""
    return max(verdicts, key=GRAVITY.index)


def worst_known(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the gravest verdict of what could be judged, or 'not enough data' if nothing could."""
    known = [verdict for verdict in verdicts if verdict != "not enough data"]
    return worst(*known) if known else "not enough data"
