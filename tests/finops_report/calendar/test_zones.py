"""One time zone database, whatever the machine has."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

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


def test_a_day_whose_midnight_is_skipped_starts_with_the_jump() -> None:
    assert midnight_us(date(2018, 11, 4), zone("America/Sao_Paulo")) == 1_541_300_400_000_000  # 03:00 UTC, 01:00 there


def test_a_day_whose_midnight_comes_twice_starts_with_the_first() -> None:
    assert midnight_us(date(2026, 11, 1), zone("America/Havana")) == 1_793_505_600_000_000  # 04:00 UTC, not 05:00
