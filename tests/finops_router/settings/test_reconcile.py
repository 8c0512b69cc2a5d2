"""[reconcile]: what is said of bills is read, and what cannot be used is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.reader import read
from finops_router.settings.reconcile import ReconcileConfig


def said(tmp_path: Path, text: str) -> ReconcileConfig:
    path = tmp_path / "finops.toml"
    path.write_text(text)
    return read(path).reconcile


def test_everything_can_be_set_and_nothing_needs_to_be(tmp_path: Path) -> None:
    text = '[reconcile]\naccounts = ["a", "b"]\nmax_rest = 0.05'
    assert said(tmp_path, text) == ReconcileConfig(frozenset({"a", "b"}), 0.05)
    assert said(tmp_path, "") == ReconcileConfig(frozenset(), 0.01)


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("[reconcile]\nmax_rest = 1.5", "line 2: reconcile.max_rest", "from 0 to 1"),
        ("[reconcile]\nmax_rest = nan", "line 2: reconcile.max_rest", "from 0 to 1"),
        ('[reconcile]\naccounts = "a"', "line 2: reconcile.accounts", "a list of texts"),
        ("[reconcile]\naccount = []", "line 2: reconcile.account", "did you mean accounts"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, complaint: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        said(tmp_path, text)
    assert complaint in caught.value.message
    assert hint in caught.value.hint
