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


PRINTS = 'for word in "$@"; do case "$word" in --print-to-pdf=*) echo "%PDF-1.7 $0" >"${word#*=}";; esac; done\n'


def browser(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}")
    path.chmod(0o755)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "report.html").write_text("<!DOCTYPE html>")
    return tmp_path / "report.html"


def test_the_next_browser_prints_if_the_first_does_not(page: Path) -> None:
    browser(page.with_name("chromium"), "exit 0\n")  # and leaves no file
    browser(page.with_name("google-chrome"), PRINTS)
    assert printed_pdf(page) == f"%PDF-1.7 {page.with_name('google-chrome')}\n".encode()


def test_a_browser_that_sees_its_home_alone_prints_there(page: Path) -> None:
    browser(page.with_name("chromium"), f'case "$*" in *{page.parent}/home/*) {PRINTS.strip()};; esac\n')
    assert printed_pdf(page).startswith(b"%PDF-1.7")
    assert not list((page.parent / "home").iterdir())
