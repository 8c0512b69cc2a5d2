"""Put into a record whom its call is attributed to: what it says itself, the blocks around it, then a default."""

from __future__ import annotations

import msgspec

from finops_router.attribution import Owner, owner
from finops_router.records import RequestRecord


def owned(record: RequestRecord, default: Owner) -> RequestRecord:
    """Return `record` with team, project, environment and tags filled."""
    around = owner()
    return msgspec.structs.replace(
        record,
        team=record.team or around.team or default.team,
        project=record.project or around.project or default.project,
        environment=record.environment or around.environment or default.environment,
        tags={**default.tags, **around.tags, **(record.tags or {})} or None,
    )
