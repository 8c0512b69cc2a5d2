"""Say what was read of bills and what became of it, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from finops_router.telemetry.places import Place

from finops_report.ingest.bills.bringing import BillsBrought, BillTally
from finops_report.wording import formats


def summary(done: BillsBrought, db: Place) -> Iterator[str]:
    """Yield what was read of each bill, then what is new."""
    for tally in done.tallies:
        yield from _of_file(tally)
    if done.taken is None:
        yield "nothing was written: leave --dry-run out to bring it in"
        return
    taken = done.taken
    already = f"; {formats.count(taken.known)} already there" if taken.known else ""
    replaced = f"; {formats.plural(taken.replaced, 'line')} of the same days replaced" if taken.replaced else ""
    yield f"{formats.plural(taken.lines - taken.known, 'new line')} of bills in {db}{already}{replaced}"
    yield f"next: finops-report reconcile --db {db}"


def _of_file(tally: BillTally) -> Iterator[str]:
    if tally.repeats is not None:
        yield f"{tally.path}: passed over: the same as {tally.repeats}"
    elif tally.kind is None:
        yield f"{tally.path}: passed over: no known kind of bill"
    else:
        amounts = ", ".join(f"{formats.exact(amount)} {currency}" for currency, amount in sorted(tally.amounts.items()))
        days = f", {formats.span(min(tally.days), max(tally.days))}" if tally.days else ""
        yield f"{tally.path}: {tally.kind.title}, {formats.plural(tally.lines, 'line')}{days}: {amounts or 'no costs'}"
        if tally.passed:
            yield f"  {formats.plural(tally.passed, 'row')} passed over: they are of other services"
