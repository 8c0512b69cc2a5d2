"""What a failed attempt used: counted by its provider, completed by estimates, unknown, or nothing at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from finops_router.call.failed_usage import failed_usage
from finops_router.call.outcomes import LostRace
from finops_router.calls import UNKNOWN_USAGE, Message, Partial, Usage
from finops_router.errors import NoAnswer, RateLimited, Refused, Rejected, ServerFailed, StreamCut, Unavailable

from tests.finops_router.router_fixture import request

COUNTED = Usage(input_tokens=50_000, output_tokens=3, cache_read_input_tokens=40_000, charged_usd=Decimal("0.1"))
GIVEN_UP = (asyncio.CancelledError(), GeneratorExit(), LostRace())
TURNED_AWAY = (RateLimited("slow down", 429), Unavailable("down", 503), ServerFailed("oops", 500), Rejected("no", 400))


@pytest.mark.parametrize("error", [Refused("no"), StreamCut("reset"), KeyError("x"), *GIVEN_UP, *TURNED_AWAY], ids=repr)
def test_counts_of_a_whole_answer_pass_as_they_are(error: BaseException) -> None:
    partial = Partial(usage=COUNTED, is_final=True, unseen_characters=400)
    assert failed_usage(error, request(), partial, 4000, 9) == COUNTED


@pytest.mark.parametrize("error", [StreamCut("reset"), *GIVEN_UP, *TURNED_AWAY], ids=repr)
def test_counts_of_a_part_are_completed_by_the_length_of_what_came_and_marked(error: BaseException) -> None:
    used = failed_usage(error, request(), Partial(usage=COUNTED, unseen_characters=400), 4000, 9)
    assert used == Usage(input_tokens=50_000, output_tokens=1100, cache_read_input_tokens=40_000, source="estimated")


def test_a_count_that_is_higher_than_what_came_stays() -> None:
    used = failed_usage(StreamCut("reset"), request(), Partial(usage=COUNTED), 4, 0)
    assert used is not None
    assert (used.output_tokens, used.source) == (3, "estimated")


def test_a_prompt_that_was_counted_as_nothing_is_estimated() -> None:
    counted = Usage(input_tokens=0, output_tokens=3)
    used = failed_usage(StreamCut("reset"), request(), Partial(usage=counted), 4, 0)
    assert used == Usage(input_tokens=1000, output_tokens=3, source="estimated")


@pytest.mark.parametrize("error", [NoAnswer("silence"), StreamCut("cannot be read"), *GIVEN_UP], ids=repr)
def test_one_that_was_at_work_is_estimated(error: BaseException) -> None:
    assert failed_usage(error, request(), Partial(), 0, 9) == Usage(
        input_tokens=1000, output_tokens=9, source="estimated"
    )


def test_tool_calls_and_reasoning_are_output_as_text_is() -> None:
    used = failed_usage(StreamCut("reset"), request(), Partial(unseen_characters=400), 40, 9)
    assert used == Usage(input_tokens=1000, output_tokens=110, source="estimated")


def test_a_prompt_that_its_caller_did_not_count_is_as_long_as_what_was_sent() -> None:
    asked = replace(request(), estimated_input_tokens=0, messages=(Message(role="user", text="four" * 10),))
    assert failed_usage(NoAnswer("silence"), asked, Partial(), 0, 0) == Usage(
        input_tokens=10, output_tokens=0, source="estimated"
    )


def test_without_any_prompt_nobody_knows() -> None:
    asked = replace(request(), estimated_input_tokens=0)
    assert failed_usage(NoAnswer("silence"), asked, Partial(), 0, 0) == UNKNOWN_USAGE


@pytest.mark.parametrize("error", TURNED_AWAY, ids=repr)
def test_one_that_was_turned_away_used_nothing(error: BaseException) -> None:
    assert failed_usage(error, request(), Partial(), 0, 9) is None


@pytest.mark.parametrize("error", [Refused("content_filter", 400), KeyError("choices")], ids=repr)
def test_what_a_filter_or_an_unforeseen_error_cost_is_unknown(error: BaseException) -> None:
    assert failed_usage(error, request(), Partial(), 0, 9) == UNKNOWN_USAGE
