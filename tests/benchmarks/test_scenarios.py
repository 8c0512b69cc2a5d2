"""The benchmark of conduct beside our peers runs: ours and the bare SDK, through some of the quick kinds."""

from __future__ import annotations

import pytest

from benchmarks.scenarios import OURS, SDK, Contender, Seen, cell, run, table
from tests.finops_router.scenarios.kinds import KINDS, PLAIN, Pace
from tests.finops_router.scenarios.misbehaving import Times

QUICK = Pace(Times(), ease=5.0)
CHOSEN = tuple(kind for kind in KINDS if kind.name[:3] in {"S03", "S08", "S13"})


def test_ours_and_the_bare_sdk_go_through_the_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("openai")
    run((OURS, SDK), CHOSEN, QUICK)
    shown = capsys.readouterr().out
    assert shown.count("| S03 500 once, then healthy | passed, 2, 1.00x | passed, 2, ") == 2
    assert "| S08 stream cut | passed, 2, 1.00x | no fallback, 3 |" in shown  # plain: with its own two retries
    assert "| S08 stream cut | passed, 2, 1.00x | no fallback, 1 |" in shown
    assert shown.count("| passed of 3 | 3 | 2 |") == 2
    assert shown.count("- the bare SDK, S08: no answer: APIConnectionError") == 2


def test_a_contender_that_cannot_start_says_why_and_keeps_nobody_waiting() -> None:
    absent = Contender("somebody", "absent", OURS.python)
    with pytest.raises(RuntimeError, match=r"somebody: .*No module named benchmarks\.callers\.absent"):
        run((OURS, absent), CHOSEN, QUICK)


def test_a_table_has_a_verdict_a_count_and_a_ratio() -> None:
    kind = CHOSEN[0]
    ours, theirs = Seen((), 2, 0.5), Seen((), 3, 1.0)
    assert cell(theirs, ours, kind, SDK) == "passed, 3, 2.00x"
    assert cell(Seen(("late",), 3, 9.0), ours, kind, SDK) == "failed, 3"
    assert cell(theirs, Seen(("late",), 2, 9.0), kind, SDK) == "passed, 3"
    late = Seen(("late\nby far",), 3, 9.0)
    lines = list(table(PLAIN, [kind], {OURS: {kind.name: ours}, SDK: {kind.name: late}}))
    assert lines[-1] == "- the bare SDK, S03: late by far"
