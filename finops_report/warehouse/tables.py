"""Find the one table of requests among those that are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from finops_report.errors import DatabaseError

CONTRACT = (
    "timestamp",
    "request_id",
    "strategy",
    "provider",
    "model",
    "input_tokens",
    "output_tokens",
    "cost_estimated",
    "latency_ms",
)
EXTRA_TABLES = {  # the tables that may stand beside the telemetry, and the columns that tell ours from others so called
    "attempts": ("timestamp", "request_id", "attempt", "provider", "outcome"),
    "collector_health": ("timestamp", "recorded", "dropped", "quarantined"),
    "unread_journal_entries": ("journal", "entry", "reason"),
    "guardrail_events": ("timestamp", "guardrail", "action"),
    "units": ("date", "name", "quantity"),
    "billed_costs": ("date", "provider", "amount", "currency"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view that was found: its place and its columns, in lower case.

    `rows` is how many it has, as far as that is known without reading them (None: it is not). `usual_schema` is the one
    that need not be named.
    """

    schema: str
    name: str
    columns: frozenset[str]
    is_view: bool = False
    rows: int | None = None
    usual_schema: str = "main"

    @property
    def label(self) -> str:
        return self.name if self.schema == self.usual_schema else f"{self.schema}.{self.name}"

    @property
    def missing(self) -> list[str]:
        return [column for column in CONTRACT if column not in self.columns]

    def lacks_as(self, extra: str) -> list[str]:
        """Return the columns that this table would need to be the extra table `extra`."""
        return [column for column in EXTRA_TABLES[extra] if column not in self.columns]


def telemetry_table(found: Iterable[Table], wanted: str | None) -> Table:
    """Choose the one table with the nine columns of the contract, or the one the reader named.

    Raises DatabaseError when there is none (naming the columns that lack) or more than one.
    """
    found = list(found)
    if wanted is not None:
        return _named(found, wanted)
    whole = [table for table in found if not table.missing]
    if len(whole) == 1:
        return whole[0]
    if whole:
        names = ", ".join(table.label for table in whole)
        best = min(whole, key=lambda table: table.is_view)  # a view shows rows of a table
        raise DatabaseError(
            f"More than one table could be the telemetry: {names}",
            f"choose one: --table {best.label}",
        )
    if not found:
        raise DatabaseError(
            "The database has no tables",
            f"it needs one table with the columns {', '.join(CONTRACT)}",
        )
    raise _incomplete(min(found, key=lambda table: (len(table.missing), table.label)))


def _named(found: list[Table], wanted: str) -> Table:
    chosen = [
        table for table in found if wanted.lower() in (table.label.lower(), f"{table.schema}.{table.name}".lower())
    ]
    if not chosen:
        names = ", ".join(table.label for table in found) or "none"
        raise DatabaseError(f"No such table: {wanted}", f"the database has: {names}")
    if chosen[0].missing:
        raise _incomplete(chosen[0])
    return chosen[0]


def _incomplete(table: Table) -> DatabaseError:
    lacking = ", ".join(table.missing)
    return DatabaseError(
        f"Columns are missing from table {table.label}: {lacking}",
        f"the telemetry table needs nine columns: {', '.join(CONTRACT)}; "
        "what other tools export, finops-report ingest reads",
    )
