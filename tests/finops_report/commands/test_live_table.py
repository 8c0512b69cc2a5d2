"""The table that `tail` shows on a terminal."""

from __future__ import annotations

from finops_router.telemetry.pulse import Beat

from finops_report.commands.live_table import budget_table, live_table
from finops_report.wording.currency import US_DOLLARS
from tests.finops_report.analysis.standing import standing


def test_a_line_a_provider_under_one_heading() -> None:
    beats = [Beat("openai", 1234, 5.5, 2, 7), Beat("a provider with a very long name", 1, 0.0, 0, 0)]
    assert live_table(beats) == (
        "last minute               requests         spend  no price  failed attempts\n"
        "openai                       1,234         $5.50         2                7\n"
        "a provider with a very           1         $0.00         0                0\n"
    )


def test_a_line_a_budget_with_its_pace() -> None:
    assert budget_table([], US_DOLLARS) == ""
    assert budget_table([standing(used_share=0.5, passed_share=0.4, state="at risk")], US_DOLLARS) == (
        "\nbudget                            used            of    share   passed   pace  state\n"
        "All                             $50.00       $100.00     50 %     40 %    1.2  at risk\n"
    )
