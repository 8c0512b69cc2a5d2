"""Which units lie within which, and what of a usage no price covers."""

from __future__ import annotations

import pytest
from finops_router.calls import Usage
from finops_router.pricing.rates import COMMON_RATES, Rates
from finops_router.pricing.units import COMMON, count, counts_of, shares, units, without_price


def test_the_common_kinds_are_units_of_the_list_and_each_has_its_rate() -> None:
    assert set(COMMON.values()) == set(COMMON_RATES) <= set(units())
    assert set(COMMON) <= set(Usage.__struct_fields__)
    assert set(COMMON_RATES.values()) <= set(Rates.__struct_fields__)


def test_a_usage_counts_what_it_has_and_what_it_has_none_of() -> None:
    counts = counts_of(Usage(input_tokens=7, output_tokens=0, other_units={"web_searches": 2}))
    assert (counts["input_tokens"], counts["output_tokens"], counts["web_searches"]) == (7, 0, 2)
    assert "input_image_tokens" not in counts


def test_what_lies_within_a_unit_comes_before_it() -> None:
    priced = ("input_tokens", "cache_read_tokens", "input_audio_tokens", "cache_audio_read_tokens")
    order = {share.unit: set(share.within) for share in shares(priced)}
    assert next(iter(order)) == "cache_audio_read_tokens"
    assert next(reversed(order)) == "input_tokens"
    assert order["input_tokens"] == set(priced) - {"input_tokens"}
    assert order["cache_read_tokens"] == {"cache_audio_read_tokens"}


def test_what_is_two_kinds_at_once_must_have_been_counted() -> None:
    both = {"cache_read_tokens": 5, "input_audio_tokens": 5}
    assert count("cache_audio_read_tokens", dict(both)) is None
    assert count("cache_audio_read_tokens", {**both, "cache_audio_read_tokens": 3}) == 3
    assert count("cache_audio_read_tokens", {"cache_read_tokens": 5, "input_audio_tokens": 0}) == 0
    assert count("input_image_tokens", {"cache_image_read_tokens": 2}) is None


@pytest.mark.parametrize(
    ("priced", "used", "missing"),
    [
        (("input_tokens",), ("input_tokens", "input_image_tokens"), ()),  # an image is charged as input
        (("input_tokens",), ("output_tokens",), ("output_tokens",)),
        (("input_tokens", "output_tokens"), ("input_tokens", "web_searches"), ("web_searches",)),
        (("input_tokens",), ("input_tokens", "moon_rocks"), ("moon_rocks",)),
        (("audio_seconds",), ("audio_seconds", "input_tokens"), ()),  # counted in two measures, charged by one
        (("audio_seconds",), ("input_tokens",), ("input_tokens",)),
        (("requests",), ("input_tokens",), ("input_tokens",)),
        ((), (), ()),
    ],
)
def test_what_was_used_is_covered_by_a_price_or_missing(
    priced: tuple[str, ...], used: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert without_price(priced, used) == missing
