"""[prices.contract] is read whole: discounts, commitments, models; what cannot be used is named with its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from finops_router.errors import ConfigError
from finops_router.pricing.contract import Commitment, Discount
from finops_router.settings.reader import read_whole

COMMITMENT = """[[prices.contract.commitments]]
name = "c"
provider = "openai"
models = ["gpt-5.1"]
amount_usd = 1000
valid_from = 2026-01-01
valid_until = 2026-12-31
source = "form"
"""
DISCOUNT = "[[prices.contract.discounts]]\n"
OWN = """[[prices.contract.models]]
provider = "own"
model = "m"
input_usd_per_mtok = 1
"""
YEAR = {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}


def discounts(text: str) -> tuple[Discount, ...]:
    agreed = read_whole(text, "f.toml").agreed
    assert agreed is not None
    return agreed.contract.discounts


def test_a_commitment_lends_its_discount_what_that_does_not_say() -> None:
    agreed = read_whole(COMMITMENT + DISCOUNT + 'commitment = "c"\nshare = 0.05', "f.toml").agreed
    assert agreed is not None
    models = frozenset({"gpt-5.1"})
    assert agreed.contract.commitments == (
        Commitment(name="c", provider="openai", amount_usd=Decimal(1000), models=models, source="form", **YEAR),
    )
    assert agreed.contract.discounts == (
        Discount(provider="openai", share=Decimal("0.05"), models=models, source="form", commitment="c", **YEAR),
    )


def test_a_discount_may_say_all_itself_and_the_contract_names_the_source() -> None:
    (found,) = discounts('[prices.contract]\nsource = "deal"\n' + DISCOUNT + 'provider = "x_ai"\nshare = 0.125\n')
    assert found == Discount(provider="x_ai", share=Decimal("0.125"), source="deal")


def test_models_of_the_contract_are_priced_with_a_router_and_without() -> None:
    router = (
        '[router.groups.chat]\ntargets = [{ provider = "own", model = "m" }]\n[[router.prices]]\n'
        + OWN.partition("\n")[2]
    )
    for text in (OWN, router.replace('model = "m"\ninput', 'model = "n"\ninput') + OWN):
        price = read_whole(text, "f.toml").price_table().price("own", "m", 1_790_000_000_000_000)
        assert price is not None
        assert price.cost_source == "contract"
    assert read_whole("", "f.toml").price_table().price("own", "m", 1_790_000_000_000_000) is None


def test_the_router_has_the_discounts() -> None:
    text = (
        '[router.groups.chat]\ntargets = [{ provider = "own", model = "m" }]\n'
        + DISCOUNT
        + 'provider = "openai"\nshare = 0.5'
    )
    found = read_whole(text, "f.toml")
    assert found.router is not None
    assert found.router.contract.discounts
    price = found.price_table().price("openai", "gpt-4o-mini", 1_790_000_000_000_000)
    assert price is not None
    assert price.cost_source == "contract"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[prices]\ncontracts = 1", "Unknown key in f.toml, line 2: prices.contracts", "did you mean contract?"),
        ("[prices.contract]\ndiscount = 1", "line 2: prices.contract.discount", "did you mean discounts?"),
        (DISCOUNT + "share = 0.1", "Missing key", "give a text in quotes"),
        (DISCOUNT + 'provider = "x"', "Missing key", "give a share above 0"),
        (DISCOUNT + 'provider = "x"\nshare = 12', "share = 12", "as 0.12 for 12 %"),
        (DISCOUNT + 'provider = "x"\nshare = 0', "share = 0", "above 0"),
        (DISCOUNT + 'provider = "x"\nshare = 0.1234567891', "share = 0.1234567891", "nine decimal places"),
        (DISCOUNT + 'provider = "x"\nshare = nan', "share = NaN", "give a share"),
        (DISCOUNT + 'commitment = "d"\nshare = 0.1', "commitment = 'd'", "known commitments: none"),
        (COMMITMENT + DISCOUNT + 'commitment = "c"\nprovider = "x"\nshare = 0.1', "line 11", "is with openai"),
        (COMMITMENT + COMMITMENT, "Not a new name in f.toml, line 10", "a name of its own"),
        (COMMITMENT.replace("1000", "0"), "amount_usd = 0", "above 0"),
        (COMMITMENT.replace("2026-12-31", "2025-12-31"), "valid_until", "not before 2026-01-01"),
        (COMMITMENT.replace("valid_until = 2026-12-31\n", ""), "Missing key", "2026-10-01"),
        (DISCOUNT + 'provider = "x"\nshare = 0.1\nmodels = "m"', "models = 'm'", "a list of texts"),
        (OWN.replace("input_usd_per_mtok = 1", ""), "input_usd_per_mtok", "at least one price"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_whole(text, "f.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint
