"""On every model of the public list, whatever was used of it, our arithmetic is that of genai-prices to the last digit.

What genai-prices leaves out, because the list has no price of it, has no cost here.
"""

from __future__ import annotations

import random
from datetime import datetime

from finops_router.calls import Usage
from finops_router.pricing.prices import Prices
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.finops_router.pricing import whole_list
from tests.finops_router.pricing.whole_list import Model

PRICES = Prices(corrections=())


def check(model: Model, used: Usage, at: datetime, context: dict[str, str]) -> bool:
    """Compare both; True if there is a cost."""
    right = whole_list.calc_price(model, used, at, context)
    missing = whole_list.not_priced(model, used, at, context)
    at_us = int(at.timestamp()) * 1_000_000
    price = PRICES.price(model.provider.id, model.name, at_us, whole_list.served(context))
    cost = None if price is None else price.cost_usd(used)
    if right is None or missing:
        assert cost is None
        assert price is None or set(price.unpriced_reason(used).split(",")) == (missing or {"usage"})
        return False
    if price is None:  # a tier of its own that the list did not price yet on that day
        assert context
        return False
    assert cost == right, (model.provider.id, model.name, used, at, context)
    return True


@settings(max_examples=600, deadline=None)
@given(place=st.integers(0, len(whole_list.models()) - 1), seed=st.integers(0, 2**32))
def test_cost_equals_calc_price(place: int, seed: int) -> None:
    model, draw = whole_list.models()[place], random.Random(seed)
    at = whole_list.moment(draw)
    check(model, whole_list.usage(draw, model, at), at, draw.choice(model.contexts()))


def test_cost_equals_calc_price_on_every_model_in_every_way_it_is_served() -> None:
    compared = set()
    for model in whole_list.models():
        draw = random.Random(model.name)
        for context in model.contexts() * 2:
            at = whole_list.moment(draw)
            if check(model, whole_list.usage(draw, model, at), at, context):
                compared.add((model.provider.id, model.name))
    assert len(compared) > 2_000  # of 2,330
