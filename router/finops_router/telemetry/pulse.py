"""Sum the last minute of followed records: requests, spend and failovers by provider."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from finops_router.records import AttemptRecord, Record, RequestRecord

WINDOW_S = 60.0
UNKNOWN = "not recorded"


@dataclass(frozen=True, slots=True)
class Beat:
    """One provider's last minute; `cost_usd` leaves out `unpriced_requests`."""

    provider: str
    requests: int
    cost_usd: float
    unpriced_requests: int
    failed_attempts: int


@dataclass(slots=True)
class Pulse:
    """Records seen within the last minute, by the moment they were seen (seconds of any steady clock)."""

    seen: deque[tuple[float, Record]] = field(default_factory=deque)

    def add(self, records: Iterable[Record], now_s: float) -> None:
        """Take in new records and let go of those older than a minute."""
        self.seen.extend((now_s, record) for record in records)
        while self.seen and self.seen[0][0] < now_s - WINDOW_S:
            self.seen.popleft()

    def beats(self) -> list[Beat]:
        """Return the last minute by provider, busiest first."""
        requests = [record for _, record in self.seen if isinstance(record, RequestRecord)]
        failed = [r for _, r in self.seen if isinstance(r, AttemptRecord) and r.outcome not in ("ok", "skipped")]
        names = {request.provider or UNKNOWN for request in requests} | {attempt.provider for attempt in failed}
        beats = [self._beat(name, requests, failed) for name in names]
        return sorted(beats, key=lambda beat: (-beat.requests, beat.provider))

    @staticmethod
    def _beat(name: str, requests: list[RequestRecord], failed: list[AttemptRecord]) -> Beat:
        mine = [record for record in requests if (record.provider or UNKNOWN) == name]
        costs = [record.cost_estimated for record in mine if record.cost_estimated is not None]
        return Beat(
            name,
            len(mine),
            sum(costs),
            sum(record.cost_estimated is None and record.status in (None, "ok") for record in mine),
            sum(record.provider == name for record in failed),
        )
