"""The kinds of bills that can be read, and which kind a file is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from finops_router.ingest.billed import BilledCost

from finops_report.ingest.bills import (
    anthropic_costs,
    aws_cur,
    azure_export,
    focus_rows,
    gcp_billing,
    openai_costs,
    openrouter_costs,
)


@dataclass(frozen=True, slots=True)
class BillKind:
    """A kind of bill: its word on the command line, what it is called, and how a row becomes lines of a bill.

    A file is of this kind if it has all `telling` columns of a set.
    """

    name: str
    title: str
    read: Callable[[Mapping[str, object]], Iterable[BilledCost]]
    telling: tuple[Collection[str], ...]

    def fits(self, names: Collection[str]) -> bool:
        """Return whether a file with columns of these names is of this kind."""
        plain = {re.sub(r"[^a-z]", "", name.lower()) for name in names}
        return any(set(one) <= set(names) or set(one) <= plain for one in self.telling)


BILLS = (
    BillKind(openai_costs.NAME, "OpenAI's costs", openai_costs.costs_of, openai_costs.TELLING),
    BillKind(anthropic_costs.NAME, "Anthropic's costs", anthropic_costs.costs_of, anthropic_costs.TELLING),
    BillKind(openrouter_costs.NAME, "OpenRouter's costs by day", openrouter_costs.costs_of, openrouter_costs.TELLING),
    BillKind(aws_cur.NAME, "AWS's Cost and Usage Report", aws_cur.costs_of, aws_cur.TELLING),
    BillKind(azure_export.NAME, "Azure's cost export", azure_export.costs_of, azure_export.TELLING),
    BillKind(gcp_billing.NAME, "Google Cloud's billing export", gcp_billing.costs_of, gcp_billing.TELLING),
    BillKind(focus_rows.NAME, "FOCUS cost data", focus_rows.costs_of, focus_rows.TELLING),
)
BILL_NAMES = tuple(kind.name for kind in BILLS)


def bill_kind(names: Collection[str], said: str | None) -> BillKind | None:
    """Return the kind that was `said`, else the one a file with columns of these names is of; None if it is of none."""
    if said is not None:
        return next((kind for kind in BILLS if kind.name == said), None)
    return next((kind for kind in BILLS if kind.fits(names)), None)
