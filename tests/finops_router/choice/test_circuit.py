"""When a target cools down, for how long, and how its traffic comes back."""

from __future__ import annotations

import random
from collections import deque

import pytest
from finops_router.choice.circuit import Circuit, Try
from finops_router.choice.health_rules import HealthRules
from finops_router.errors import ProviderError, RateLimited, ServerFailed, Unavailable
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

RULES = HealthRules(min_requests=4, cooldown_s=1.0, cooldown_max_s=4.0, rate_limit_cooldown_s=2.0)
DOWN = Unavailable("down", 503)


def circuit(rules: HealthRules = RULES, seed: int = 7) -> Circuit:
    return Circuit(rules, random.Random(seed))


def fail(circuit: Circuit, now_s: float, error: ProviderError = DOWN) -> None:
    tried = circuit.starts(now_s)
    circuit.failed(tried, error, now_s)
    circuit.ended(tried)


def answer(circuit: Circuit, now_s: float) -> None:
    tried = circuit.starts(now_s)
    circuit.answered(tried, now_s)
    circuit.ended(tried)


def opened() -> Circuit:
    """A circuit that opened at 3.0 s and may be probed from 4.0 s on."""
    subject = circuit()
    for second in range(4):
        fail(subject, float(second))
    return subject


def test_it_opens_when_enough_tries_were_seen_and_all_of_them_failed() -> None:
    subject = circuit()
    for second in range(3):
        fail(subject, float(second))
        assert subject.ready_s(float(second)) == second
    fail(subject, 3.0)
    assert subject.ready_s(3.0) == 4.0


def test_three_failures_in_a_row_are_no_failure_rate() -> None:
    subject = circuit()
    for second in range(200):
        (fail if second % 10 < 3 else answer)(subject, float(second))
        assert subject.slots == 0


def test_after_a_good_time_it_opens_once_the_last_fifteen_tries_are_failures() -> None:
    subject = circuit()
    for second in range(100):
        answer(subject, float(second))
    for second in range(100, 114):
        fail(subject, float(second))
    assert subject.slots == 0
    fail(subject, 114.0)
    assert subject.ready_s(114.0) == 115.0


def test_a_moment_without_answers_is_no_outage() -> None:
    subject = circuit()
    answer(subject, 10.0)
    for tick in range(40):
        fail(subject, 10.0 + tick / 25)
    assert subject.slots == 0
    fail(subject, 12.0)
    assert subject.slots == 1


def test_failures_of_long_ago_count_no_more() -> None:
    subject = circuit()
    for number in range(20):
        fail(subject, number * 21.0)  # never four within a minute
    assert subject.slots == 0


@pytest.mark.parametrize(
    ("failing", "least_asked", "most_asked"),
    [
        (0.1, 1.0, 1.0),
        (0.3, 0.99, 1.0),
        (0.5, 0.93, 1.0),
        (0.6, 0.8, 0.95),
        (0.7, 0.55, 0.8),
        (0.8, 0.25, 0.6),
        (1, 0, 0.02),
    ],
)
def test_a_target_that_fails_by_chance_is_asked_by_share(failing: float, least_asked: float, most_asked: float) -> None:
    subject, rng, asked = circuit(), random.Random(11), 0
    for tick in range(24_000):  # 40 calls a second for ten minutes
        now_s = tick / 40
        if subject.ready_s(now_s) <= now_s and not subject.spares(now_s):
            asked += 1
            (fail if rng.random() < failing else answer)(subject, now_s)
    assert least_asked <= asked / 24_000 <= most_asked


def test_it_is_asked_two_and_a_half_times_for_each_answer() -> None:
    subject = circuit()
    for number in range(15):
        (answer if number % 5 == 0 else fail)(subject, number / 10)
    spared = sum(subject.spares(1.5) for _ in range(10_000))  # 12 of 16 failed, a good one among them
    assert 1 - spared / 10_000 == pytest.approx(2.5 * 4 / 16, abs=0.02)


def test_failures_that_end_first_are_no_reason_to_spare_it() -> None:
    subject = circuit()
    tries = [subject.starts(0.025 * number) for number in range(40)]  # answers take a second
    for number in range(0, 40, 3):
        subject.failed(tries[number], DOWN, 0.025 * number)
        subject.ended(tries[number])
    assert not any(subject.spares(1.0) for _ in range(100))


def test_failures_that_end_last_are_a_reason_to_spare_it() -> None:
    subject, silent = circuit(), deque[Try]()
    for number in range(301):  # four of five are silent for ten seconds, the others answer at once
        now_s = number / 10
        if silent and silent[0].started_s <= now_s - 10.0:
            subject.failed(silent.popleft(), DOWN, now_s)
        if number % 5 == 0:
            answer(subject, now_s)
        else:
            silent.append(subject.starts(now_s))
    assert 0.3 < sum(subject.spares(30.0) for _ in range(1_000)) / 1_000 < 0.6


def test_after_a_minute_nothing_is_held_against_it() -> None:
    subject = circuit()
    answer(subject, 0.0)
    for second in range(10):
        fail(subject, float(second))
    assert any(subject.spares(10.0) for _ in range(100))
    assert not any(subject.spares(70.0) for _ in range(100))


def test_after_an_outage_it_is_not_spared_for_what_failed_in_it() -> None:
    subject = opened()
    answer(subject, 4.0)
    assert not any(subject.spares(4.0) for _ in range(100))


def test_the_cooldown_grows_while_probes_fail_up_to_a_low_bound() -> None:
    subject, now_s, cooldowns_s = opened(), 4.0, []
    for _ in range(6):
        fail(subject, now_s)
        cooldowns_s.append(subject.ready_s(now_s) - now_s)
        now_s = subject.ready_s(now_s)
    assert cooldowns_s == [2.0, 4.0, 4.0, 4.0, 4.0, 4.0]


def test_a_good_probe_ends_the_growth() -> None:
    subject = opened()
    fail(subject, 4.0)
    answer(subject, 6.0)
    for number in range(15):  # and then it is down again
        fail(subject, 7.0 + number)
    assert subject.ready_s(21.0) == pytest.approx(22.0)


def test_it_closes_by_share_each_good_try_lets_twice_as_many_through_at_once() -> None:
    subject = opened()
    probe = subject.starts(4.0)
    assert subject.is_tried_out(4.0)
    assert subject.ready_s(4.0) == 14.0  # at the latest
    subject.answered(probe, 4.5)
    subject.ended(probe)
    two = [subject.starts(4.5) for _ in range(2)]
    assert subject.is_tried_out(4.5)
    for each in two:
        subject.answered(each, 5.0)
        subject.ended(each)
    for _ in range(100):
        subject.starts(5.0)
    assert subject.ready_s(5.0) == 5.0


def test_a_failure_on_the_way_back_halves_what_is_let_through() -> None:
    subject = opened()
    answer(subject, 4.0)
    answer(subject, 4.1)
    fail(subject, 4.2)
    assert subject.slots == 2
    fail(subject, 4.3)
    assert subject.ready_s(4.3) == 4.3
    fail(subject, 4.4)
    assert subject.slots == 1


def test_on_the_way_back_one_that_fails_often_is_tried_one_at_a_time_but_not_left_alone() -> None:
    subject = opened()
    answer(subject, 4.0)
    for tick in range(40):
        fail(subject, 4.05 + tick / 20)
        assert subject.ready_s(4.05 + tick / 20) == 4.05 + tick / 20
    assert subject.slots == 1
    fail(subject, 6.1)  # nothing for two seconds
    assert subject.ready_s(6.1) == 7.1


def test_a_crowd_that_fails_at_once_is_one_trouble() -> None:
    subject = circuit()
    crowd = [subject.starts(1.0) for _ in range(50)]
    for each in crowd:
        subject.failed(each, DOWN, 3.5)
        subject.ended(each)
    assert subject.ready_s(3.5) == 4.5
    assert subject.openings == 1


def test_a_crowd_that_is_refused_in_a_moment_is_no_outage_yet() -> None:
    subject = circuit()
    for _ in range(50):
        fail(subject, 1.0)
    assert subject.slots == 0
    assert sum(subject.spares(1.0) for _ in range(1_000)) > 800
    fail(subject, 3.0)
    assert subject.slots == 1


def test_silent_tries_of_before_do_not_hold_up_the_probe() -> None:
    subject = circuit()
    silent = [subject.starts(0.5) for _ in range(10)]
    for _ in range(15):
        fail(subject, 0.9)
    fail(subject, 3.0)
    assert subject.ready_s(4.0) == 4.0
    for each in silent:  # their time is over during the probe
        subject.failed(each, DOWN, 4.5)
        subject.ended(each)
    assert subject.ready_s(4.5) == 4.5


def test_after_a_429_it_cools_down_at_once_exactly_as_long_as_it_asked() -> None:
    subject = circuit()
    fail(subject, 10.0, RateLimited("slow down", 429, 60.0))
    assert subject.ready_s(10.0) == 70.0
    assert subject.asked_until_s == 70.0


def test_a_503_with_retry_after_is_left_alone_as_long() -> None:
    subject = circuit()
    fail(subject, 10.0, Unavailable("back soon", 503, 10.0))
    assert subject.ready_s(10.0) == 20.0


@pytest.mark.parametrize("asked_s", [301.0, 1e12, float("inf")])
def test_a_retry_after_beyond_five_minutes_counts_as_five_minutes(asked_s: float) -> None:
    subject = circuit()
    fail(subject, 10.0, RateLimited("slow down", 429, asked_s))
    assert subject.ready_s(10.0) == 310.0


@pytest.mark.parametrize("asked_s", [0.0, -1.0, float("nan")])
def test_a_retry_after_of_nothing_counts_as_none(asked_s: float) -> None:
    subject = circuit()
    fail(subject, 10.0, RateLimited("slow down", 429, asked_s))
    assert 12.0 <= subject.ready_s(10.0) <= 13.0


def test_a_tiny_retry_after_over_and_over_is_no_leave_to_hammer() -> None:
    subject, now_s = circuit(), 0.0
    fail(subject, now_s, RateLimited("slow down", 429, 0.01))
    assert subject.ready_s(now_s) == 0.01
    now_s = 0.01
    fail(subject, now_s, RateLimited("slow down", 429, 0.01))
    assert subject.ready_s(now_s) >= 4.0


def test_a_429_without_retry_after_cools_it_down_a_little_differently_in_each_process() -> None:
    cooldowns_s = set()
    for seed in range(20):
        subject = circuit(seed=seed)
        fail(subject, 0.0, RateLimited("slow down", 429))
        cooldowns_s.add(subject.ready_s(0.0))
    assert len(cooldowns_s) == 20
    assert min(cooldowns_s) >= 2.0
    assert max(cooldowns_s) <= 3.0


def test_a_late_answer_does_not_end_a_cooldown() -> None:
    subject = circuit()
    early = subject.starts(9.0)
    fail(subject, 10.0, RateLimited("slow down", 429, 60.0))
    subject.answered(early, 11.0)
    assert subject.ready_s(12.0) == 70.0


def test_failures_that_come_before_the_answers_of_others_do_not_open_it() -> None:
    subject = circuit()
    tries = [subject.starts(0.025 * number) for number in range(40)]  # answers take a second
    for number in range(0, 40, 3):
        subject.failed(tries[number], DOWN, 0.025 * number)
        subject.ended(tries[number])
    assert subject.slots == 0


def test_under_many_tries_at_once_that_are_all_silent_it_opens_when_their_time_is_over() -> None:
    subject = circuit()
    tries = [subject.starts(0.025 * number) for number in range(400)]
    for one in tries[:10]:
        subject.failed(one, DOWN, 10.0)
        subject.ended(one)
    assert subject.slots == 1


def test_tries_that_show_nothing_are_no_failures_and_no_answers() -> None:
    subject = circuit()
    for second in range(20):
        tried = subject.starts(float(second))
        subject.showed_nothing(tried)
        subject.ended(tried)
    for second in range(20, 24):
        assert subject.slots == 0
        fail(subject, float(second))
    assert subject.slots == 1


def test_a_late_refusal_lengthens_the_time_it_asked_for_but_shows_nothing_of_the_probe() -> None:
    subject = circuit()
    early = subject.starts(9.0)
    fail(subject, 10.0, RateLimited("slow down", 429, 5.0))
    subject.failed(early, RateLimited("slow down", 429, 8.0), 11.0)
    assert subject.ready_s(11.0) == 19.0
    assert subject.openings == 1


def test_a_probe_that_gave_way_to_a_faster_target_is_not_repeated_at_once() -> None:
    subject = opened()
    probe = subject.starts(4.0)
    subject.gave_way(probe, 4.5)
    subject.ended(probe)
    assert subject.ready_s(4.5) == 5.5


@pytest.mark.parametrize(("took_s", "rests_s"), [(0.1, 2.0), (12.0, 12.0), (120.0, 30.0)])
def test_a_probe_that_took_long_is_repeated_after_as_long(took_s: float, rests_s: float) -> None:
    subject = opened()
    probe = subject.starts(4.0)
    subject.failed(probe, DOWN, 4.0 + took_s)
    assert subject.ready_s(4.0 + took_s) == pytest.approx(4.0 + took_s + rests_s)


def test_a_probe_that_does_not_end_holds_up_no_other() -> None:
    subject = opened()
    subject.starts(4.0)
    assert subject.ready_s(13.9) == 14.0
    assert subject.ready_s(14.0) == 14.0
    second = subject.starts(14.0)
    assert subject.ready_s(14.1) == 24.0
    subject.answered(second, 14.5)
    subject.ended(second)
    assert subject.ready_s(14.5) == 14.5


def test_a_probe_that_was_cancelled_lets_the_next_one_probe() -> None:
    subject = opened()
    probe = subject.starts(4.0)
    subject.showed_nothing(probe)
    subject.ended(probe)
    assert subject.ready_s(4.0) == 4.0


errors = st.one_of(
    st.just(DOWN),
    st.just(ServerFailed("oops", 500)),
    st.floats(allow_nan=True, allow_infinity=True).map(lambda asked_s: RateLimited("slow", 429, asked_s)),
    st.just(RateLimited("slow", 429)),
)


class AnySchedule(RuleBasedStateMachine):
    """Tries start when they may, overlap, and end in any way and order, at any speed of the clock."""

    @initialize(seed=st.integers(0, 99))
    def start(self, seed: int) -> None:
        self.circuit = circuit(seed=seed)
        self.now_s = 0.0
        self.running: list[Try] = []
        self.failures = 0
        self.has_refused = False

    @rule(seconds=st.floats(0.0, 20.0))
    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    @rule()
    def ask(self) -> None:
        if self.circuit.ready_s(self.now_s) <= self.now_s:
            self.running.append(self.circuit.starts(self.now_s))

    @rule(number=st.integers(0, 99))
    def gets_an_answer(self, number: int) -> None:
        if self.running:
            tried = self.running.pop(number % len(self.running))
            self.circuit.answered(tried, self.now_s)
            self.circuit.ended(tried)

    @rule(number=st.integers(0, 99), error=errors)
    def fails(self, number: int, error: ProviderError) -> None:
        if self.running:
            tried = self.running.pop(number % len(self.running))
            self.circuit.failed(tried, error, self.now_s)
            self.circuit.ended(tried)
            self.failures += 1
            self.has_refused = self.has_refused or isinstance(error, RateLimited)

    @rule(number=st.integers(0, 99))
    def is_cancelled(self, number: int) -> None:
        if self.running:
            tried = self.running.pop(number % len(self.running))
            self.circuit.showed_nothing(tried)
            self.circuit.ended(tried)

    @invariant()
    def it_never_opens_without_enough_failures(self) -> None:
        if hasattr(self, "circuit") and not self.has_refused and self.failures < RULES.min_requests:
            assert self.circuit.openings == 0

    @invariant()
    def its_cooldown_is_bounded_and_then_it_is_asked_again(self) -> None:
        if not hasattr(self, "circuit"):
            return
        ready_s = self.circuit.ready_s(self.now_s)
        assert ready_s - self.now_s <= RULES.retry_after_max_s + 0.001  # of the float clock
        if self.circuit.is_tried_out(self.now_s):
            assert 0 < self.circuit.slots <= len(self.running)
            assert ready_s - self.now_s <= 10.001


TestAnySchedule = AnySchedule.TestCase


@given(st.lists(st.booleans(), min_size=40, max_size=40))
def test_whatever_was_before_a_target_that_answers_again_is_closed_within_three_answers(was_good: list[bool]) -> None:
    subject, now_s = circuit(), 0.0
    for good in was_good:
        now_s = max(subject.ready_s(now_s), now_s + 0.1)
        (answer if good else fail)(subject, now_s)
    for _ in range(3):
        now_s = max(subject.ready_s(now_s), now_s)
        answer(subject, now_s)
    assert subject.slots == 0


def test_a_probe_is_never_spared() -> None:
    subject = opened()
    fail(subject, 4.0)
    assert not any(subject.spares(6.0) for _ in range(100))
