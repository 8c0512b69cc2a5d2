"""Printing needs a Chromium; without one the error names what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.delivery.mail.pdf import printed_pdf
from finops_report.errors import MailError


def test_without_a_chromium_there_is_no_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MailError, match="No Chromium") as raised:
        printed_pdf(tmp_path / "report.html")
    assert "apt install chromium" in str(raised.value.hint)


def test_a_chromium_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(MailError, match="Chromium did not print the page"):
        printed_pdf(tmp_path / "report.html")
