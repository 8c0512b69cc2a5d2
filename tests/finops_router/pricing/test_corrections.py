"""Prices that the public list has wrong are right here; an entry that the list has caught up with is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from finops_router.calls import Served, Usage
from finops_router.pricing.corrections import EVERY_MODEL, WEEKDAYS, Correction, shipped
from finops_router.pricing.price import Price
from finops_router.pricing.prices import Prices
from finops_router.pricing.units import units

from tests.finops_router.pricing import whole_list

SHIPPED, LISTED = Prices(), Prices(corrections=())
INPUT, OUTPUT = Usage(input_tokens=1_000_000, output_tokens=0), Usage(input_tokens=0, output_tokens=1_000_000)
SPOKEN = Usage(
    input_tokens=1_000_000, output_tokens=1_000_000, input_audio_tokens=500_000, output_audio_tokens=1_000_000
)
READ = Usage(input_tokens=1_000_000, output_tokens=0, cache_read_input_tokens=1_000_000)


def at(prices: Prices, provider: str, model: str, moment: datetime, served: Served | None = None) -> Price:
    found = prices.price(provider, model, int(moment.timestamp()) * 1_000_000, served or Served())
    assert found is not None
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type] # year, month, day and what follows


@pytest.mark.parametrize(
    ("provider", "model", "moment", "usage", "usd"),
    [
        # weekends are off-peak all day: https://api-docs.deepseek.com/quick_start/pricing
        ("deepseek", "deepseek-v4-pro", utc(2026, 11, 21, 2), INPUT, "0.66"),
        ("deepseek", "deepseek-v4-pro", utc(2026, 11, 22, 9, 59), OUTPUT, "1.98"),
        ("deepseek", "deepseek-v4-pro", utc(2026, 11, 20, 2), INPUT, "1.32"),  # a Friday
        ("deepseek", "deepseek-v4-pro", utc(2026, 10, 1, 2), READ, "0.022"),  # a public holiday
        ("deepseek", "deepseek-v4-pro", utc(2026, 10, 8, 2), READ, "0.044"),
        # one price until 00:00 in Beijing on 17 August 2026
        ("deepseek", "deepseek-v4-pro", utc(2026, 7, 1, 2), INPUT, "0.435"),
        ("deepseek", "deepseek-v4-pro", utc(2026, 8, 16, 15, 59), INPUT, "0.435"),
        ("deepseek", "deepseek-v4-pro", utc(2026, 8, 16, 16), INPUT, "0.66"),
        ("deepseek", "deepseek-v4-pro", utc(2026, 8, 17, 1), INPUT, "1.32"),
        ("deepseek", "deepseek-v4-flash", utc(2026, 7, 1, 2), INPUT, "0.14"),
        ("deepseek", "deepseek-v4-flash", utc(2026, 8, 20, 2), INPUT, "0.44"),
        ("deepseek", "deepseek-v4-flash", utc(2026, 8, 20, 5), INPUT, "0.22"),
        ("deepseek", "deepseek-v4-flash", utc(2026, 8, 29, 2), INPUT, "0.22"),
        ("deepseek", "deepseek-v4-flash", utc(2026, 11, 21, 2), INPUT, "0.15"),
        ("deepseek", "deepseek-flash", utc(2026, 11, 21, 2), OUTPUT, "0.6"),
        ("deepseek", "deepseek-flash", utc(2026, 11, 20, 2), OUTPUT, "1.2"),
        # cache reads halved on 7 October 2026
        ("anthropic", "claude-sonnet-5-5", utc(2026, 10, 6, 23, 59), READ, "0.20"),
        ("anthropic", "claude-sonnet-5-5", utc(2026, 10, 7), READ, "0.10"),
        # https://developers.openai.com/api/docs/models/gpt-4o-audio-preview
        (
            "openai",
            "gpt-4o-audio-preview",
            utc(2026, 11, 1),
            SPOKEN,
            "101.25",  # 0.5 M of text at 2.50, 0.5 M of audio at 40, 1 M of audio out at 80
        ),
        # 0.5 M of text at 0.15, 0.5 M of audio at 10, 1 M of audio out at 20
        ("openai", "gpt-4o-mini-audio-preview", utc(2026, 11, 1), SPOKEN, "25.075"),
        ("openai", "ft:gpt-4o-2024-08-06:acme::x", utc(2026, 11, 1), READ, "1.875"),
        ("openai", "ft:gpt-4o-mini-2024-07-18:acme::x", utc(2026, 11, 1), READ, "0.15"),
        # a long prompt on Bedrock, regional and global
        (
            "aws.bedrock",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            utc(2026, 3, 1),
            Usage(input_tokens=300_000, output_tokens=1_000),
            "2.00475",
        ),
        (
            "aws.bedrock",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            utc(2026, 3, 1),
            Usage(input_tokens=200_000, output_tokens=1_000),
            "0.6765",
        ),
        (
            "aws.bedrock",
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            utc(2026, 3, 1),
            Usage(input_tokens=300_000, output_tokens=1_000),
            "1.8225",
        ),
    ],
)
def test_what_the_list_has_wrong_is_right(provider: str, model: str, moment: datetime, usage: Usage, usd: str) -> None:
    assert at(SHIPPED, provider, model, moment).cost_usd(usage) == Decimal(usd)


def test_a_corrected_price_says_so_and_any_other_is_the_lists() -> None:
    corrected = at(SHIPPED, "deepseek", "deepseek-v4-pro", utc(2026, 11, 21, 2))
    assert (corrected.cost_source, corrected.source) == ("corrected", "genai-prices 0.2.3, corrected 2026-11-27")
    listed = at(SHIPPED, "deepseek", "deepseek-v4-pro", utc(2026, 11, 21, 5))  # off-peak in the list, too
    assert (listed.cost_source, listed.source) == ("list", "genai-prices 0.2.3")
    assert corrected.bill(INPUT).cost_source == "corrected"


def test_a_way_of_being_served_is_corrected_for_it_alone() -> None:
    moment, served = utc(2026, 11, 1), Served(inference_region="us")
    usage = Usage(input_tokens=1_000_000, output_tokens=1_000_000, other_units={"web_searches": 100})
    assert at(SHIPPED, "anthropic", "claude-opus-4-8", moment).cost_usd(usage) == Decimal(31)
    assert at(SHIPPED, "anthropic", "claude-opus-4-8", moment, served).cost_usd(usage) == Decimal(
        34
    )  # searches as ever
    batch = Served(service_tier="batch")
    assert at(SHIPPED, "anthropic", "claude-opus-4-8", utc(2026, 10, 13), batch).cost_usd(INPUT) == Decimal("2.5")
    assert at(SHIPPED, "anthropic", "claude-opus-4-8", utc(2026, 10, 14), batch).cost_source == "list"
    assert LISTED.price("anthropic", "claude-opus-4-8", int(moment.timestamp() * 1e6), served) is None


def test_the_entries_can_be_read_and_each_has_its_source() -> None:
    models = {(model.provider.id, model.info.id) for model in whole_list.models()}
    for entry in shipped():
        assert entry.source.startswith("https://")
        assert date(2026, 1, 1) <= entry.checked <= date.today()  # noqa: DTZ011 -- a day of the calendar
        assert entry.usd or (entry.way and entry.times != 1)
        assert entry.usd.keys() <= {unit.price_key for unit in units().values()}
        assert entry.weekdays <= set(WEEKDAYS)
        for model in entry.models - {EVERY_MODEL}:
            assert (entry.provider, model) in models, f"the list has no {model}"


def moments(entry: Correction) -> Iterator[datetime]:
    """Every hour at which an entry holds, of the two weeks after it began, before it ended, and of its days."""
    ends = (
        [entry.start, entry.until - timedelta(days=14)] if entry.start.year > 1 else [entry.until - timedelta(days=14)]
    )
    ends = [utc(2026, 11, 1) if one.year > 3000 or one.year < 3 else one for one in ends]
    ends += [utc(day.year, day.month, day.day) for day in entry.days]
    for begin in ends:
        for hour in range(14 * 24):
            moment = begin + timedelta(hours=hour)
            if entry.holds(entry.provider, next(iter(entry.models)), moment):
                yield moment


def is_caught_up(entry: Correction) -> bool:
    """Whether the list says by now what the entry says, at every hour at which it holds."""
    with_it = Prices(corrections=(entry,))
    names = {model.info.id: model.name for model in whole_list.models() if model.provider.id == entry.provider}
    models = names.values() if EVERY_MODEL in entry.models else [names[model] for model in entry.models]
    processing = entry.way.get("processing")
    served = Served(service_tier=processing, inference_region=entry.way.get("inference_region"))
    for moment in moments(entry):
        moment_us = int(moment.timestamp()) * 1_000_000
        for name in models:
            ours, theirs = (one.price(entry.provider, name, moment_us, served) for one in (with_it, LISTED))
            if ours is not None and (theirs is None or ours.tiers != theirs.tiers):
                return False
    return True


@pytest.mark.parametrize("entry", shipped(), ids=lambda entry: f"{sorted(entry.models)[0]}: {entry.says}")
def test_the_list_has_not_caught_up_with_an_entry_else_delete_it(entry: Correction) -> None:
    assert not is_caught_up(entry)


def test_an_entry_that_the_list_has_caught_up_with_is_found() -> None:
    entry = Correction(
        provider="anthropic",
        models=frozenset({"claude-sonnet-5-5"}),
        says="as the list does",
        source="https://example.com",
        checked=date(2026, 11, 27),
        usd={"input_mtok": Decimal(2)},
    )
    assert is_caught_up(entry)
