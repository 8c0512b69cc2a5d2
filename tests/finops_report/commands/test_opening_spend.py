"""What a gateway begins with: the spend that telemetry has of each enforced budget, journal and all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from finops_router.settings.reader import read_whole
from finops_router.telemetry import TelemetryCollector

from finops_report.commands.opening_spend import Opening, opening_spend
from finops_report.commands.options import Source
from finops_report.commands.settings import CommandSettings
from tests.conftest import NINE, Values, call
from tests.finops_report.commands.traffic import record

SETTINGS = """
[report]
timezone = "Europe/Berlin"
currency = "EUR"
currency_rate = 0.9
[[budgets]]
name = "all"
amount = 100
period = "month"
enforce = "hard"
[[budgets]]
name = "search"
amount = 100
period = "day"
team = "search"
enforce = "soft"
[[budgets]]
name = "reported only"
amount = 100
period = "day"
"""


def settings() -> CommandSettings:
    found = read_whole(SETTINGS, "f.toml")
    return CommandSettings(found.report, found.statement, None, found.budgets)


def start_us(year: int, month: int, day: int, hour: int) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


def test_spend_of_the_periods_under_way_is_told_in_dollars(nine: Callable[..., Path]) -> None:
    def at(moment: str, usd: float | None, team: str) -> Values:
        return call(timestamp=moment, request_id=moment, cost_estimated=usd, team=team)

    db = nine(
        at("2026-10-31 22:59:00", 1.0, "search"),  # still October in Berlin
        at("2026-10-31 23:00:00", 2.0, "search"),
        at("2026-11-05 10:00:00", 0.25, "legal"),
        at("2026-11-05 22:30:00", 0.5, "search"),
        at("2026-11-05 22:40:00", None, "search"),
        columns=f"{NINE}, team VARCHAR",
    )
    found = opening_spend(Source(str(db)), settings())
    assert {name: (start, usd) for name, start, usd in found.spent} == {
        "all": (start_us(2026, 10, 31, 23), Decimal("2.75")),
        "search": (start_us(2026, 11, 4, 23), Decimal("0.5")),
    }
    assert found.unpriced_requests == 2  # once in each budget


def test_what_is_still_in_the_journal_counts(tmp_path: Path) -> None:
    db = tmp_path / "telemetry.duckdb"
    collector = TelemetryCollector(db)
    for number in range(3):
        collector.record(record(number))
    collector.close()
    (found,) = [usd for name, _, usd in opening_spend(Source(str(db)), settings()).spent if name == "all"]
    assert found == Decimal("0.003")


def test_without_telemetry_or_budgets_nothing_is_read(tmp_path: Path) -> None:
    assert opening_spend(Source(str(tmp_path / "none.duckdb")), settings()) == Opening()
    bare = settings()._replace(set_budgets=())
    assert opening_spend(Source(str(tmp_path)), bare) == Opening()
