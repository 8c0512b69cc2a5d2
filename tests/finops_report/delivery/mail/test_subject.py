"""The subject says what matters most where lists of mails still show it: total, verdict, budget."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finops_report.analysis.rules.budgets import State
from finops_report.delivery.mail.subject import subject
from finops_report.document import BudgetLine, Digest, read_digest

GOLDEN = Path(__file__).parents[3] / "golden" / "report.json"


@pytest.fixture(scope="module")
def digest() -> Digest:
    return read_digest(GOLDEN)


def company(state: State, used_share: float | None) -> BudgetLine:
    return BudgetLine("All", state, "$104.00 of $100.00", "104 % used", used_share, is_company=True)


TEAM = BudgetLine("Search", "breached", "$3.00 of $2.00", "150 % used", 1.5)


def test_without_budgets_it_has_total_verdict_change_and_days(digest: Digest) -> None:
    assert subject(digest, changed=False) == "$21.40 · watch · −1 % · 1–10 Oct 2026 (UTC) · LLM spend report"


@pytest.mark.parametrize(
    ("budgets", "expected"),
    [
        ((company("within", 0.712),), "watch · 71 % of budget · −1 %"),
        ((company("breached", 1.04),), "bad · 104 % of budget · −1 %"),
        ((company("within", 0.9996),), "watch · over 99.9 % of budget · −1 %"),
        ((company("not known", 0.2),), "watch · budget not known · −1 %"),
        ((company("not known", None),), "watch · budget not known · −1 %"),
        ((TEAM, company("within", 0.712)), "bad · 71 % of budget · 1 budget breached · −1 %"),
        ((company("breached", 1.04), TEAM), "bad · 104 % of budget · 2 budgets breached · −1 %"),
        ((TEAM, replace(TEAM, name="Data", state="at risk")), "bad · 1 budget breached · −1 %"),
        ((replace(TEAM, state="at risk"),), "watch · 1 budget at risk · −1 %"),
        ((replace(TEAM, state="within"),), "watch · −1 %"),
    ],
)
def test_the_companys_budget_stands_in_it_and_how_many_others_are_breached(
    budgets: tuple[BudgetLine, ...], expected: str, digest: Digest
) -> None:
    written = subject(replace(digest, budgets=budgets), changed=False)
    assert written == f"$21.40 · {expected} · 1–10 Oct 2026 (UTC) · LLM spend report"


def test_cut_after_sixty_letters_it_still_has_total_verdict_budget_and_change(digest: Digest) -> None:
    dear = replace(digest, total="CHF\N{NO-BREAK SPACE}1,234,567", budgets=(company("breached", 1.04), TEAM))
    cut = subject(dear, changed=True)[:60]
    assert cut.startswith("Changed: CHF 1,234,567 · bad · 104 % of budget · 2 budgets")


def test_nothing_is_said_of_a_change_that_is_not_known(digest: Digest) -> None:
    assert subject(replace(digest, change_in_short=""), changed=False) == (
        "$21.40 · watch · 1–10 Oct 2026 (UTC) · LLM spend report"
    )


def test_a_long_title_and_one_with_line_breaks_stay_one_short_line(digest: Digest) -> None:
    written = subject(replace(digest, title="Spend\nBcc: x@example.com " + "x" * 500), changed=False)
    assert "\n" not in written
    assert len(written) < 150
