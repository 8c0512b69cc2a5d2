"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from finops_report.errors import OutputError
from finops_report.files import write_whole


def test_both_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole({tmp_path / "a" / "page.html": "new", tmp_path / "a" / "page.json": "{}"})
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == ["page.html", "page.json"]


def test_when_the_second_cannot_be_written_the_first_stays_as_it_was(tmp_path: Path) -> None:
    page, figures = tmp_path / "page.html", tmp_path / "figures.json"
    page.write_text("old")
    figures.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole({page: "new", figures: "{}"})
    assert page.read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["figures.json", "page.html"]


def test_a_full_disk_leaves_the_old_report_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    page.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_whole({page: "new"})
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


def test_a_real_full_device_is_named(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    with pytest.raises(OutputError):
        write_whole({full / "page.html": "new"})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Permission"):
        write_whole({closed / "page.html": "new"})
