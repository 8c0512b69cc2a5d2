"""Secrets come from the environment or from a file it names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from finops_report.commands.environment import mail_password, secret
from finops_report.errors import ConfigError

PASSWORD = "FINOPS_SMTP_PASSWORD"


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (PASSWORD, f"{PASSWORD}_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_file_counts_before_the_variable_and_loses_its_line_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secret(PASSWORD) is None
    monkeypatch.setenv(PASSWORD, "from the variable")
    assert secret(PASSWORD) == "from the variable"
    (tmp_path / "password").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv(f"{PASSWORD}_FILE", str(tmp_path / "password"))
    assert secret(PASSWORD) == "from the file"


def test_line_ends_and_spaces_around_it_are_not_part_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, " from the variable\r\n")
    assert secret(PASSWORD) == "from the variable"
    (tmp_path / "password").write_bytes(b"\xef\xbb\xbffrom an editor\r\n")
    monkeypatch.setenv(f"{PASSWORD}_FILE", str(tmp_path / "password"))
    assert secret(PASSWORD) == "from an editor"


def test_what_is_no_text_is_named_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, os.fsdecode(b"gr\xfcn"))
    with pytest.raises(ConfigError, match=f"no text in UTF-8: {PASSWORD}$"):
        secret(PASSWORD)
    (tmp_path / "password").write_bytes(b"gr\xfcn")
    monkeypatch.setenv(f"{PASSWORD}_FILE", str(tmp_path / "password"))
    with pytest.raises(ConfigError, match=r"no text in UTF-8: .*password"):
        secret(PASSWORD)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PASSWORD}_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigError, match="The secret cannot be read") as caught:
        secret(PASSWORD)
    assert caught.value.hint == f"check {PASSWORD}_FILE"


def test_only_a_user_needs_a_password() -> None:
    assert mail_password(None) is None
    with pytest.raises(ConfigError, match="No password for finops"):
        mail_password("finops")
