"""Folders that vanish: what is made in them is made, and that they were replaced is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from finops_router.telemetry.folders import TRIES, WatchedFolder, make_in


def test_a_folder_that_is_removed_and_made_again_is_another_one(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    watched = WatchedFolder(folder)
    folder.mkdir()
    for generation in range(20):  # file systems give the number of a removed folder to the next one
        assert watched.generation() == generation
        folder.rmdir()
        folder.mkdir()
    folder.rmdir()
    assert watched.generation() == watched.generation() == 20


def test_a_folder_that_was_renamed_is_another_one_even_if_it_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.mkdir()
    watched = WatchedFolder(folder)
    watched.generation()
    folder.rename(tmp_path / "elsewhere")
    assert watched.generation() == 1
    (tmp_path / "elsewhere").rename(folder)
    assert watched.generation() == 1


def test_making_ends_if_the_folder_vanishes_each_time(tmp_path: Path) -> None:
    tries: list[Path] = []

    def make() -> None:
        (tmp_path / "journal").rmdir()
        tries.append(tmp_path)
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(FileNotFoundError):
        make_in(tmp_path / "journal", make)
    assert len(tries) == TRIES
