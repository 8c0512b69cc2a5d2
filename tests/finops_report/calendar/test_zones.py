"""One time zone database, whatever the machine has."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from finops_report.calendar.period import PeriodAsk, choose_period
from finops_report.calendar.recorded import HOUR_US, Extent
from finops_report.calendar.spans import spans
from finops_report.calendar.zones import midnight_us, offset_us, zone
from finops_report.errors import ConfigError

OCTOBER_US = 1_791_000_000_000_000


@pytest.fixture
def machine_with_other_rules(tmp_path: Path) -> Iterator[None]:
    """A machine that takes Berlin for Tokyo."""
    (tmp_path / "Europe").mkdir()
    tokyo = files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    (tmp_path / "Europe" / "Berlin").write_bytes(tokyo)
    zoneinfo.reset_tzpath([str(tmp_path)])
    zoneinfo.ZoneInfo.clear_cache()
    zone.cache_clear()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()
    zone.cache_clear()


@pytest.mark.usefixtures("machine_with_other_rules")
def test_the_rules_are_the_packaged_ones() -> None:
    assert offset_us(OCTOBER_US, zoneinfo.ZoneInfo("Europe/Berlin")) == 9 * 3_600_000_000
    assert offset_us(OCTOBER_US, zone("Europe/Berlin")) == 2 * 3_600_000_000


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe", "europe/berlin", "zones"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="Unknown time zone"):
        zone(name)


def test_every_zone_cuts_a_year_into_days_without_a_gap() -> None:
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    assert len(names) > 590
    for name in names:
        clock = zone(name)
        midnights = [midnight_us(date(2026, 1, 1) + timedelta(days=day), clock) for day in range(366)]
        hours = Counter((until - begin) / HOUR_US for begin, until in pairwise(midnights))
        moved = offset_us(midnights[-1], clock) - offset_us(midnights[0], clock)
        assert sum(length * days for length, days in hours.items()) == 365 * 24 - moved / HOUR_US, name
        assert set(hours) <= ({22.0, 24.0, 26.0} if name == "Antarctica/Troll" else {23.0, 23.5, 24.0, 24.5, 25.0})


@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_every_zone_has_a_calendar_of_the_months_in_which_clocks_change(month: int) -> None:
    for name in files("tzdata").joinpath("zones").read_text(encoding="utf-8").split():
        period = choose_period(PeriodAsk(month=f"2026-{month:02}", timezone=name), Extent(None, None, 0, 0), date.max)
        found = spans(period)
        assert (found[0].start_us, found[-1].until_us) == (period.start_us, period.until_us), name
        assert len({span.day for span in found}) == period.days, name
        for span in found:
            first, last = (
                datetime.fromtimestamp((us + span.utc_offset_us) // 1_000_000, UTC)
                for us in (span.start_us, span.until_us - period.slot_us)
            )
            assert (first.date(), last.date()) == (span.day, span.day), name


def test_a_day_whose_midnight_is_skipped_starts_with_the_jump() -> None:
    assert midnight_us(date(2018, 11, 4), zone("America/Sao_Paulo")) == 1_541_300_400_000_000  # 03:00 UTC, 01:00 there


def test_a_day_whose_midnight_comes_twice_starts_with_the_first() -> None:
    assert midnight_us(date(2026, 11, 1), zone("America/Havana")) == 1_793_505_600_000_000  # 04:00 UTC, not 05:00
