"""Tell from an address what is to be asked there: LiteLLM's database, or Langfuse's API."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from finops_router.telemetry.waiting import Waiting

from finops_report.errors import ConfigError
from finops_report.ingest.remote.langfuse_api import Observations, observations_at
from finops_report.ingest.remote.spend_logs import SpendLogs, spend_logs_at

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASES, APIS = frozenset({"postgresql", "postgres"}), frozenset({"http", "https"})
DOWNLOAD = "download it, and give the file"


class Asked(NamedTuple):
    """What is asked for: the kind that was said (None: none was), days of UTC, how to wait, and what is set."""

    kind: str | None
    days: tuple[date | None, date | None]
    waiting: Waiting
    environment: Mapping[str, str]

    @property
    def moments(self) -> tuple[datetime | None, datetime | None]:
        """The first moment of the days, and the first one after them; None if they have no such end."""
        since, until = self.days
        after = None if until is None else until + timedelta(days=1)
        first, last = (None if day is None else datetime.combine(day, time.min, UTC) for day in (since, after))
        return first, last


def source_at(address: str, asked: Asked) -> SpendLogs | Observations:
    """Return what is to be read at `address`. Raises ConfigError if nothing there can be."""
    scheme, _, rest = address.partition("://")
    kind = None if asked.kind is None else asked.kind.lower()
    if scheme.lower() in DATABASES:
        if kind not in (None, "litellm"):
            raise ConfigError(f"PostgreSQL is read for litellm alone, not for {kind}", "export the rest to files")
        return spend_logs_at(address, asked.moments, asked.environment)
    if scheme.lower() in APIS and kind == "langfuse":
        return observations_at(address, asked.moments, asked.environment, asked.waiting)
    more = "; Langfuse's API is read with --from langfuse" if scheme.lower() in APIS and kind is None else ""
    shown = f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"
    raise ConfigError(f"Addresses are not read yet: {shown}", DOWNLOAD + more)
