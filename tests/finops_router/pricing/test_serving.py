"""The standard ways of serving have many names; every other way must have a price of its own."""

from __future__ import annotations

import pytest
from finops_router.calls import STANDARD, Served
from finops_router.pricing.serving import context, normal, ways


@pytest.mark.parametrize(
    "served",
    [
        STANDARD,
        Served(service_tier="default", speed="standard", inference_region="global"),
        Served(service_tier="auto", inference_region="not_available"),
        Served(service_tier="", speed="", inference_region=""),
    ],
)
def test_the_standard_way_needs_no_price_of_its_own(served: Served) -> None:
    assert normal(served) == STANDARD
    assert ways(normal(served)) == {}


def test_any_other_way_is_named_as_the_list_names_it() -> None:
    served = Served(service_tier="batch", speed="fast", inference_region="us", search_type="fast")
    assert ways(normal(served)) == {"processing": "batch", "speed": "fast", "inference_region": "us"}
    assert context(served) == {**ways(served), "search_type": "fast"}  # a kind of search may have the standard price
    assert ways(Served(service_tier="flex")) == {"service_tier": "flex"}
