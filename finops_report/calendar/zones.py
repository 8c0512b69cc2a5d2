"""Turn local days into moments by one time zone database, the packaged one: the same days on any machine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from finops_report.errors import ConfigError


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone with the IANA name `name`; raises ConfigError if the database has none.

    Read from the package tzdata, not from the machine: two versions of the rules cut days differently.
    """
    if name not in _names():
        raise ConfigError(f"Unknown time zone: {name}", "use an IANA name such as Europe/Berlin")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


@cache
def _names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def midnight_us(day: date, clock: ZoneInfo) -> int:
    """Return the first moment of a local day, in microseconds since 1970-01-01 UTC.

    If clocks skip midnight, the day starts with the jump; if they show it twice, with the first.
    """
    return int(datetime(day.year, day.month, day.day, tzinfo=clock).timestamp()) * 1_000_000


def whole(us: int, slot_us: int) -> int:
    """Round a moment down to a whole slot; midnights are whole ones but for clocks before 1972, off UTC by seconds."""
    return us - us % slot_us


def offset_us(us: int, clock: ZoneInfo) -> int:
    """Return how far local time is ahead of UTC at the moment `us`, in microseconds."""
    seconds = us // 1_000_000
    local = datetime.fromtimestamp(seconds, clock).replace(tzinfo=UTC)
    return (int(local.timestamp()) - seconds) * 1_000_000
