"""An application may call its files as it likes: `sql/`, `router.py`, `settings.py`, `templates/` change nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.neighbours import NEIGHBOURS, beside


def test_files_of_an_application_named_as_ours_change_nothing(tmp_path: Path) -> None:
    alone, surrounded = tmp_path / "alone", tmp_path / "surrounded"
    expected = beside(sys.executable, alone, {})
    assert expected.requests == 10  # the script ran twice
    assert sorted(expected.files) == ["module.html", "module.json", "script.html", "script.json"]
    assert beside(sys.executable, surrounded, NEIGHBOURS) == expected
