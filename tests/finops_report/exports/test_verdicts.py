"""The verdict on what focus-validator prints: it exits with 0 whatever it found."""

from __future__ import annotations

import pytest

from tests.focus_check.verdicts import verdict

GOOD = """
✅ InvoiceId-C-003-C: PASS  (violations=0)
❌ InvoiceId-C-005-C: FAIL  (violations=199, msg=InvoiceId MUST NOT be NULL., 112.5ms)
Total: 578 | Pass: 249 | Fail: 1 | Skipped: 328
"""


def test_one_rule_is_tolerated_by_its_name() -> None:
    assert verdict(GOOD).wrong == ""


@pytest.mark.parametrize(
    ("changed", "to", "wrong"),
    [
        ("InvoiceId-C-005-C: FAIL", "ListCost-C-001-M: FAIL", "failed: ListCost-C-001-M"),
        ("InvoiceId-C-003-C: PASS", "InvoiceId-C-003-C: FAIL", "failed: InvoiceId-C-003-C"),
        ("Fail: 1", "Fail: 2", "2 rules failed, and 1 are named"),
        ("Pass: 249", "Pass: 136", "136 rules passed, not 249"),
        ("Total: 578", "Traceback", "it printed no total"),
    ],
)
def test_all_else_is_wrong(changed: str, to: str, wrong: str) -> None:
    assert wrong in verdict(GOOD.replace(changed, to)).wrong
