"""Read what the FinOps Foundation's focus-validator prints: it exits with 0 whatever it found."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOTAL = re.compile(r"Total: (\d+) \| Pass: (\d+) \| Fail: (\d+)")
FAILED = re.compile(r"(\w+-C-\d+-\w): FAIL")
# An estimate has no invoice. Null must pass by one branch of the rule, and fails the other branch whatever is written.
TOLERATED, REQUIRED = "InvoiceId-C-005-C", "InvoiceId-C-003-C: PASS"
LEAST_PASSED = 249  # fewer: columns are missing, and their rules were skipped


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many rules passed, which failed, and what is wrong with that in words; '' if nothing is."""

    passed: int
    failed: tuple[str, ...]
    wrong: str


def verdict(printed: str) -> Verdict:
    """Return what the validator found; that it printed no total is wrong, too."""
    total = TOTAL.search(printed)
    if total is None:
        return Verdict(0, (), "it printed no total")
    failed = tuple(dict.fromkeys(FAILED.findall(printed)))
    passed = int(total[2])
    wrong = [f"failed: {name}" for name in failed if name != TOLERATED]
    if int(total[3]) != len(failed):
        wrong.append(f"{total[3]} rules failed, and {len(failed)} are named")
    if REQUIRED not in printed:
        wrong.append(f"not there: {REQUIRED}")
    if passed < LEAST_PASSED:
        wrong.append(f"{passed} rules passed, not {LEAST_PASSED}")
    return Verdict(passed, failed, "; ".join(wrong))
