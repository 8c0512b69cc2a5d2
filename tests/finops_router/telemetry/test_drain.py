"""Draining loads what living writers hold and what dead ones left, and counts what it has to leave."""

from __future__ import annotations

from pathlib import Path

from finops_router.telemetry import CollectorConfig, TelemetryCollector, drain, journal_folder

from tests.finops_router.telemetry.conftest import arrived, drained, request


def test_drain_brings_in_what_a_living_writer_still_holds(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, segment_s=3600, load_s=3600)) as telemetry:
        telemetry.record(request(1))
        assert drained(db).records == 1
        telemetry.record(request(2))
        assert drained(db).records == 1
    assert arrived(db) == ["1", "2"]


def test_drain_without_a_journal_does_nothing(db: Path) -> None:
    assert drained(db).records == 0
    assert not db.exists()


def test_a_journal_elsewhere_is_drained_too(db: Path, tmp_path: Path) -> None:
    config = CollectorConfig(db, journal=tmp_path / "elsewhere", load=False)
    with TelemetryCollector(config) as telemetry:
        telemetry.record(request(1))
    result = drain(db, patience_s=0.0, clock=lambda: 0.0, sleep=lambda pause_s: None, journal=config.folder)
    assert (result.records, result.pending_segments, result.error) == (1, 0, "")
    assert arrived(db) == ["1"]


def test_what_cannot_be_loaded_is_counted_and_explained(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, load=False)) as telemetry:
        telemetry.record(request(1))
    db.write_text("no database " * 1000)
    result = drained(db)
    assert (result.records, result.pending_segments) == (0, 1)
    assert result.pending_bytes == sum(path.stat().st_size for path in journal_folder(db).glob("*.sealed"))
    assert result.error
