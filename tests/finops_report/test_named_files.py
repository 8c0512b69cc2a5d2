"""Whatever file somebody names, reading it comes to an end."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from finops_report import named_files
from finops_report.named_files import content_of
from tests.conftest import Run

ENDLESS = Path("/dev/zero")
pytestmark = pytest.mark.skipif(not ENDLESS.exists(), reason="no /dev/zero on this system")
MAIL = ("mail", "--to", "a@example.com", "--from", "f@example.com", "--dry-run", "mail.eml")
NAMED = {
    "figures": ("summary", "--json", str(ENDLESS)),
    "figures to be mailed": (*MAIL, "--json", str(ENDLESS)),
    "a page to be mailed": (*MAIL, "--report", str(ENDLESS), "--json", "output/report.json"),
    "figures to be published": ("publish", "--json", str(ENDLESS)),
    "a page to be published": ("publish", "--report", str(ENDLESS), "--json", "output/report.json"),
    "a page to be sealed": ("encrypt", "--report", str(ENDLESS), "--out", "sealed.html"),
    "a log of mails": (*MAIL[:-2], "--sent-log", str(ENDLESS)),
    "settings": ("build", "--config", str(ENDLESS)),
}


@pytest.mark.parametrize("arguments", NAMED.values(), ids=NAMED)
def test_a_file_without_end_is_an_error_that_names_it(
    run: Run, month: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(named_files, "MOST_STREAM_BYTES", 2**20)
    monkeypatch.setenv("FINOPS_PASSPHRASE", "correct horse battery staple, and more")
    assert run("build", "--db", month).exit_code == 0
    done = run(*arguments)
    assert done.exit_code == 1
    assert str(ENDLESS) in done.output
    assert "hint: " in done.output


def test_a_secret_without_end_is_an_error_that_names_its_file(
    run: Run, month: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINOPS_PASSPHRASE_FILE", str(ENDLESS))
    assert run("build", "--db", month).exit_code == 0
    done = run("encrypt", "--out", "sealed.html")
    assert done.exit_code == 1
    assert "The secret cannot be read: /dev/zero" in done.output


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"x" * 200_000,))
    writer.start()
    assert content_of(pipe) == b"x" * 200_000
    writer.join()
