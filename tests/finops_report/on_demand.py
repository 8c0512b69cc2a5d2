"""Read the views that a test asks for, and no others: a whole report is more than a hundred statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import ModuleType

from finops_report.warehouse import ReadRequest, ViewRows, read
from finops_report.warehouse.reading import view_names
from finops_report.warehouse.views import Row, View

OF_FACTS = (
    "totals",
    "comparison",
    "latency_compared",
    "coverage",
    "attempts_by_provider",
    "spend_by_provider",
    "history_days",
    "spend_forecast",
    "budget_days",
    "budgets",
    "budget_history",
)


class OnDemand(Mapping[str, list[Row]]):
    """The rows of all views; those that are not `known` are read when they are asked for."""

    def __init__(self, request: ReadRequest, known: Mapping[str, list[Row]]) -> None:
        self._request, self._known = request, dict(known)

    def __getitem__(self, view: str) -> list[Row]:
        if view not in self._known and view in view_names():
            self._known |= read(self._request, (view,)).views
        return self._known[view]

    def __iter__(self) -> Iterator[str]:
        return iter(view_names())

    def __len__(self) -> int:
        return len(view_names())


def rows_on_demand(request: ReadRequest, *askers: ModuleType) -> ViewRows:
    """Return the rows of a source: read at once are those that `facts` needs, and those that the `askers` name."""
    named = [one.name for asker in askers for one in vars(asker).values() if isinstance(one, View)]
    found = read(request, tuple(dict.fromkeys((*OF_FACTS, *named))))
    return replace(found, views=OnDemand(request, found.views))
