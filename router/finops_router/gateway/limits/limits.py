"""Admit calls within the limits of their keys, over all workers of a host, and count them out again."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from finops_router.errors import RouterError
from finops_router.gateway.keys.key import Key
from finops_router.gateway.limits.shared_counters import Record, SharedCounters
from finops_router.gateway.limits.window import SECONDS, wait_s

What = Literal["requests_per_minute", "tokens_per_minute", "concurrency"]
CONCURRENCY_WAIT_S = 1.0  # nobody knows when a call ends


class LimitReached(RouterError):  # noqa: N818 -- named by what happened, as those of finops_router.errors
    """A limit of the key is used up: `what`, and when to come again.

    `retry_after_s` is None if it will never do: this one call has more tokens than a minute may have.
    """

    error_type = "limit_reached"

    def __init__(self, what: What, limit: int, retry_after_s: float | None) -> None:
        hint = (
            "make it shorter, or ask for a key with a higher limit"
            if retry_after_s is None
            else f"try again in {retry_after_s:g} s"
        )
        super().__init__(f"The key's limit is reached: {what} = {limit}", hint)
        self.what, self.retry_after_s = what, retry_after_s


class Admission(msgspec.Struct):
    """A call that was let in: what to count out when it ends; `key_id` is '' if its key has no limits."""

    key_id: str
    at_s: int
    tokens: int


class Limits:
    """The limits of keys, counted in files of `folder` that all workers of this host share.

    Hosts do not share them: with n hosts behind a balancer, give a key an n-th. Raises ConfigError and OSError as
    SharedCounters does.
    """

    def __init__(self, folder: Path) -> None:
        self._counters = SharedCounters(folder)

    def admit(self, key: Key, expected_tokens: int, now_us: int) -> Admission:
        """Count a call of about `expected_tokens` (input and output) in, if all limits of `key` have room.

        Takes microseconds and never waits for more. Whoever is admitted calls `release` when the call is over, however
        it ended. Raises LimitReached for the limit with the longest wait; then nothing is counted.
        """
        if key.requests_per_minute is key.tokens_per_minute is key.concurrency is None:
            return Admission("", 0, 0)
        with self._counters:
            record = self._counters.record(key.id)
            now_s = record.advance(now_us // 1_000_000)
            self._check_minute(key, record, expected_tokens, now_us // 1_000_000)
            self._check_concurrency(key, record)
            record.count(now_s, 1, expected_tokens)
            record.calls[self._counters.worker] += 1
        return Admission(key.id, now_s, expected_tokens)

    def release(self, admission: Admission, used_tokens: int | None = None) -> None:
        """Count a call out that used `used_tokens`, None if that is not known; a second time does nothing.

        The minute it began in is charged what it really used; what it used beyond the expectation counts now if that
        minute is over.
        """
        if not admission.key_id:
            return
        with self._counters:
            record = self._counters.record(admission.key_id)
            record.calls[self._counters.worker] -= 1
            more = 0 if used_tokens is None else used_tokens - admission.tokens
            last_s = record.head[0]
            if last_s - SECONDS < admission.at_s <= last_s:
                record.count(admission.at_s, 0, more)
            elif more > 0:
                record.count(last_s, 0, more)
        admission.key_id = ""

    def close(self) -> None:
        """Count out what this worker has not, and give up its place."""
        self._counters.close()

    def _check_minute(self, key: Key, record: Record, tokens: int, now_s: int) -> None:
        last_s, all_requests, all_tokens = record.head
        refusals = []
        limits: tuple[tuple[What, int | None, memoryview[int], int, int], ...] = (
            ("requests_per_minute", key.requests_per_minute, record.requests, all_requests, 1),
            ("tokens_per_minute", key.tokens_per_minute, record.tokens, all_tokens, tokens),
        )
        for what, most, counters, total, amount in limits:
            wait = 0 if most is None else wait_s(counters, total, amount, most, last_s)
            if wait != 0 and most is not None:
                refusals.append(LimitReached(what, most, None if wait is None else float(wait + last_s - now_s)))
        if refusals:
            raise max(refusals, key=lambda one: float("inf") if one.retry_after_s is None else one.retry_after_s)

    def _check_concurrency(self, key: Key, record: Record) -> None:
        most = key.concurrency
        if most is None or self._counters.calls(record) < most:
            return
        if self._counters.forget_the_dead(record) and self._counters.calls(record) < most:
            return
        raise LimitReached("concurrency", most, CONCURRENCY_WAIT_S)
