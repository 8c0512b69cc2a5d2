"""Following the journal: each record once, also from segments that are loaded meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from finops_router.telemetry import CollectorConfig, TelemetryCollector, journal_folder
from finops_router.telemetry.codec import encode
from finops_router.telemetry.follow import follow

from tests.finops_router.telemetry.conftest import request


def test_records_are_seen_once_through_rotation_loading_and_deletion(db: Path) -> None:
    config = CollectorConfig(db, segment_bytes=4096, segment_s=3600, load_s=3600)
    with TelemetryCollector(config) as telemetry:
        steps = iter(range(6))

        def wait() -> bool:
            step = next(steps)
            for number in range(40):
                telemetry.record(request(f"{step}-{number}"))
            if step == 3:
                telemetry.flush()
            return step < 5

        seen = [record.request_id for record in follow(config.folder, wait=wait)]
    # What was flushed between two looks before it was ever opened may be missed; nothing is seen twice.
    assert len(seen) == len(set(seen))
    assert {f"0-{n}" for n in range(40)} <= set(seen)


def test_a_folder_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    assert list(follow(tmp_path / "none", wait=lambda: False)) == []


def test_whatever_else_is_in_the_folder_is_passed_over(db: Path) -> None:
    folder = journal_folder(db)
    folder.mkdir()
    (folder / "0.sealed").mkdir()
    (folder / "0.open").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "1.open")
    (folder / "2.sealed").write_bytes(b"[" * 200_000 + b"\n" + encode(request("seen")) + b"\n")
    assert [record.request_id for record in follow(folder, wait=lambda: False)] == ["seen"]


def test_a_folder_that_may_not_be_listed_is_waited_for(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> object:
        raise PermissionError(13, "Permission denied")

    journal_folder(db).mkdir()
    monkeypatch.setattr(os, "scandir", refuse)
    assert list(follow(journal_folder(db), wait=lambda: False)) == []
