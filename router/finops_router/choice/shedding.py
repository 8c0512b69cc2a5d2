"""Spare a target that fails often: the less it answers, the less it is asked, but never nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from finops_router.choice.health_rules import HealthRules


class Shedding(msgspec.Struct):
    """What the last tries of one target ended in; moments are in seconds of the event loop's clock.

    It is counted in two ways, and both must show that too many failed. By how they ended: if answers take their time
    and failures none, the first to end are failures alone. And by how they started (`in_line`): those under way
    count as good then, so that failures that take their time come late. A good try is added to each count, so that a
    few failures do not yet weigh in full and a target whose tries all failed is still asked now and then.
    """

    in_line: float = 0.0
    _ended: deque[tuple[float, bool]] = msgspec.field(default_factory=deque)

    def took(self, rules: HealthRules, has_failed: bool, now_s: float) -> None:
        """Take in a try that ended now."""
        self._ended.append((now_s, has_failed))
        if len(self._ended) > rules.window_requests:
            self._ended.popleft()

    def failed_in_line(self, rules: HealthRules, seen: Sequence[bool]) -> None:
        """Take in of the tries up to the last failure, in the order in which they started, whether each has failed."""
        self.in_line = _failed_share(rules, seen)

    def asked_share(self, rules: HealthRules, now_s: float) -> float:
        """Return the share of calls that it is asked by.

        All, up to the share of failures at which sparing begins; beyond it the share that it answers, so many times
        that both meet there: with 0.6 it is asked at most 2.5 times for each answer. Clients that throttle themselves
        do the same with what a server accepts (Beyer et al., 'Site Reliability Engineering', 2016, chapter 21).
        """
        most = rules.failed_share_to_shed
        if self.in_line <= most:
            return 1.0
        lately = [has_failed for ended_s, has_failed in self._ended if ended_s > now_s - rules.window_s]
        failed = min(_failed_share(rules, lately), self.in_line)
        return 1.0 if failed <= most else (1.0 - failed) / (1.0 - most)


def _failed_share(rules: HealthRules, seen: Sequence[bool]) -> float:
    """Return the share of failures in `seen` and a good try; 0 if too few were seen."""
    return sum(seen) / (len(seen) + 1) if len(seen) >= rules.min_requests else 0.0
