"""Correct prices that the public list has wrong or without their history: corrections.toml, a line a reviewed fact."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from finops_router.pricing.listed import Listed, Tiered
from finops_router.pricing.units import TOKENS, units

EVERY_MODEL = "*"
ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the list has wrong, since when and until when, both UTC; `until` is the moment it is right again.

    `provider` and `models` are the list's own ids. `usd` are prices by the list's names ('input_mtok'), of prompts
    `above` so many tokens if that is given. `times` multiplies the prices of tokens, for answers served in one `way`
    alone, as {'inference_region': 'us'}. `weekdays`, `days` and `hours` (UTC) narrow it down, if they are given.
    `source` and `checked` say who states it, and on which day somebody read it there.
    """

    provider: str
    models: frozenset[str]
    says: str
    source: str
    checked: date
    start: datetime = ALWAYS[0]
    until: datetime = ALWAYS[1]
    weekdays: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()
    hours: frozenset[int] = frozenset()
    usd: dict[str, Decimal] = {}
    above: int | None = None
    way: dict[str, str] = {}
    times: Decimal = Decimal(1)

    def holds(self, provider: str, model: str, moment: datetime) -> bool:
        """Return whether it is about this model at this moment (UTC)."""
        return (
            self.provider == provider
            and not self.models.isdisjoint((model, EVERY_MODEL))
            and self.start <= moment < self.until
            and (not self.weekdays or WEEKDAYS[moment.weekday()] in self.weekdays)
            and (not self.days or moment.date() in self.days)
            and (not self.hours or moment.hour in self.hours)
        )

    def corrected(self, prices: Listed) -> Listed:
        """Return `prices` as they should be."""
        right = {name: self._times(price) for name, price in prices.items()}
        for unit in units().values():
            if (usd := self.usd.get(unit.price_key)) is not None:
                right[unit.name] = self._priced(unit.name, unit.per, usd, right.get(unit.name))
        return right

    def _times(self, price: Tiered) -> Tiered:
        is_token = TOKENS in units()[price.unit].traits
        return price.times(self.times) if is_token and self.times != 1 else price

    def _priced(self, unit: str, per: int, usd: Decimal, had: Tiered | None) -> Tiered:
        if self.above is None or had is None:
            return Tiered(unit, per, usd)
        tiers = dict(had.above) | {self.above: usd}
        return msgspec.structs.replace(had, above=tuple(sorted(tiers.items())))


@cache
def shipped() -> tuple[Correction, ...]:
    """Return the corrections of corrections.toml."""
    text = Path(__file__).with_name("corrections.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text, parse_float=Decimal)
    return msgspec.convert(raw["correction"], tuple[Correction, ...])


def newest(corrections: tuple[Correction, ...]) -> date:
    """Return the day on which one of them was last compared with its source."""
    return max(correction.checked for correction in corrections)
