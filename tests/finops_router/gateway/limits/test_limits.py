"""Limits: what a key may do in a minute and at once, whichever worker it asks."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest
from finops_router.gateway.keys import Key
from finops_router.gateway.limits import LimitReached, Limits
from finops_router.gateway.limits.limits import Admission
from hypothesis import given
from hypothesis import strategies as st

NOW_US = 1_764_331_200_000_000
KEY = Key(id="k1", name="a key", requests_per_minute=3, tokens_per_minute=1000, concurrency=2)


def test_two_workers_count_together(tmp_path: Path) -> None:
    one, other = Limits(tmp_path), Limits(tmp_path)
    one.release(one.admit(KEY, 10, NOW_US))
    other.release(other.admit(KEY, 10, NOW_US))
    one.release(one.admit(KEY, 10, NOW_US))
    with pytest.raises(LimitReached) as reached:
        other.admit(KEY, 10, NOW_US + 20_000_000)
    assert (reached.value.what, reached.value.retry_after_s) == ("requests_per_minute", 41)
    other.release(other.admit(KEY, 10, NOW_US + 61_000_000))
    for limits in (one, other):
        limits.close()


def test_tokens_count_as_expected_until_it_is_known_how_many_there_were(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    admission = limits.admit(KEY, 900, NOW_US)
    with pytest.raises(LimitReached) as reached:
        limits.admit(KEY, 200, NOW_US)
    assert reached.value.what == "tokens_per_minute"
    limits.release(admission, used_tokens=100)
    limits.release(admission, used_tokens=100)  # a second time does nothing
    limits.admit(KEY, 900, NOW_US)
    with pytest.raises(LimitReached) as reached:
        limits.admit(KEY, 1001, NOW_US)
    assert reached.value.retry_after_s is None
    limits.close()


def test_calls_at_once_are_counted_out_again(tmp_path: Path) -> None:
    one, other = Limits(tmp_path), Limits(tmp_path)
    first, _ = one.admit(KEY, 1, NOW_US), other.admit(KEY, 1, NOW_US)
    with pytest.raises(LimitReached) as reached:
        one.admit(KEY, 1, NOW_US)
    assert (reached.value.what, reached.value.retry_after_s) == ("concurrency", 1.0)
    one.release(first)
    other.release(other.admit(KEY, 1, NOW_US))
    other.close()  # with a call that was never counted out
    one.admit(KEY, 1, NOW_US + 61_000_000)
    one.admit(KEY, 1, NOW_US + 61_000_000)
    one.close()


def test_a_clock_that_was_set_back_limits_nobody_for_long(tmp_path: Path) -> None:
    limits, key = Limits(tmp_path), Key(id="k", name="k", requests_per_minute=1)
    limits.admit(key, 1, NOW_US)
    with pytest.raises(LimitReached) as reached:
        limits.admit(key, 1, NOW_US - 30_000_000)
    assert reached.value.retry_after_s == 91
    limits.admit(key, 1, NOW_US - 3_600_000_000)
    with pytest.raises(LimitReached):
        limits.admit(key, 1, NOW_US - 3_600_000_000)
    limits.close()


def test_a_key_without_limits_is_not_counted(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    for _ in range(10):
        limits.release(limits.admit(Key(id="free", name="free"), 10**9, NOW_US))
    limits.close()


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 400), st.integers(-50, 50)), max_size=60))
def test_never_more_than_the_limit_in_any_minute(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[int, int, int]]
) -> None:
    limits = Limits(tmp_path_factory.mktemp("limits"))
    key = Key(id="k", name="k", requests_per_minute=7, tokens_per_minute=1000)
    now_us, admitted = NOW_US, deque[tuple[int, Admission]]()
    for pause_s, tokens, off_us in calls:
        now_us += pause_s * 1_000_000 + off_us
        try:
            admitted.append((now_us, limits.admit(key, tokens, now_us)))
        except LimitReached as reached:
            again_us = now_us + int((reached.retry_after_s or 0) * 1e6)
            admitted.append((again_us, limits.admit(key, tokens, again_us)))
            now_us = again_us
        for end_us, _ in admitted:
            within = [one for at_us, one in admitted if end_us - 60_000_000 < at_us <= end_us]
            assert len(within) <= 7
            assert sum(one.tokens for one in within) <= 1000
    limits.close()
