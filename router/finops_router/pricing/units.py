"""Know the units that providers charge for, and which lie within which: by genai-prices' own list of them.

Tokens of cached audio lie within cached tokens and within tokens of audio, which both lie within input tokens. A unit
that has a price is charged at it and taken out of all it lies within; one that has none is charged as what it lies in.
"""

from __future__ import annotations

from functools import cache

import msgspec

from finops_router.calls import Usage

TOKENS = ("family", "tokens")
COMMON = {  # field of Usage -> unit
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_input_tokens": "cache_read_tokens",
    "cache_write_input_tokens": "cache_write_tokens",
    "cache_write_1h_input_tokens": "cache_write_1h_tokens",
    "reasoning_output_tokens": "output_reasoning_tokens",
    "input_audio_tokens": "input_audio_tokens",
    "output_audio_tokens": "output_audio_tokens",
}


class Unit(msgspec.Struct, frozen=True):
    """A unit of the list: prices of it stand under `price_key`, for `per` of it.

    `traits` is what it is: a unit lies within all others whose traits are among its own.
    """

    name: str
    price_key: str
    per: int
    traits: frozenset[tuple[str, str]]


class Share(msgspec.Struct, frozen=True):
    """A unit that has a price, and those with a price of their own that lie within it."""

    unit: str
    within: tuple[str, ...]


@cache
def units() -> dict[str, Unit]:
    """Return all units by name, in the list's order."""
    from genai_prices.data_units import unit_data  # noqa: PLC0415 -- 0.2 s and 35 MB, for those alone who need it

    return {
        name: Unit(name, raw.get("price_key", name), raw["per"], frozenset(raw["dimensions"].items()))
        for name, raw in unit_data.items()
    }


def counts_of(usage: Usage) -> dict[str, int | float]:
    """Return how much of each unit `usage` has; units that nobody counted are missing."""
    return dict(usage.other_units) | {unit: getattr(usage, field) for field, unit in COMMON.items()}


def used_of(counts: dict[str, int | float]) -> tuple[str, ...]:
    """Return the units that were used at all."""
    return tuple(unit for unit, used in counts.items() if used)


def count(unit: str, counts: dict[str, int | float]) -> int | float | None:
    """Return how much of `unit` was used; None if that cannot be known.

    Of cached audio it cannot if both cached tokens and audio were counted, but not what is both.
    """
    if unit in counts:
        return counts[unit]
    within, joined = _hints(unit)
    is_hidden = any(counts.get(name) for name in within) or any(counts.get(a) and counts.get(b) for a, b in joined)
    return None if is_hidden else 0


@cache
def shares(priced: tuple[str, ...]) -> tuple[Share, ...]:
    """Return the `priced` units so that each comes after all that lie within it."""
    ordered = sorted(priced, key=lambda name: (-len(units()[name].traits), name))
    return tuple(
        Share(name, tuple(other for other in ordered if units()[other].traits > units()[name].traits))
        for name in ordered
    )


@cache
def without_price(priced: tuple[str, ...], used: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the `used` units that no price covers, neither their own nor of what they lie within.

    Tokens need none at a model that is charged by another measure alone: by seconds, pages or characters.
    """
    known = [units()[name].traits for name in priced if name != "requests"]
    missing = tuple(name for name in used if name not in units() or not any(t <= units()[name].traits for t in known))
    if any(TOKENS in traits for traits in known) or len(missing) == len(used):
        return missing
    return tuple(name for name in missing if name not in units() or TOKENS not in units()[name].traits)


@cache
def _hints(unit: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return what lies within `unit`, and the pairs of units that overlap in it."""
    traits = units()[unit].traits
    within = tuple(other.name for other in units().values() if other.traits > traits)
    outer = [other for other in units().values() if other.traits < traits]
    pairs = tuple(
        (one.name, other.name)
        for place, one in enumerate(outer)
        for other in outer[place + 1 :]
        if one.traits | other.traits == traits and not one.traits <= other.traits and not other.traits <= one.traits
    )
    return within, pairs
