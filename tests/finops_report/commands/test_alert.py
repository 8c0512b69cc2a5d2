"""`finops-report alert` tells each channel once of each threshold that a budget passed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.finops_report.delivery.alerts.conftest import Receiver, receiver
from tests.finops_report.delivery.mail.conftest import MailServer, mail_server

__all__ = ["mail_server", "receiver"]
BUDGETS = """
[[budgets]]
name = "All"
amount = {amount}
period = "month"
owner = "Ada"
thresholds = [0.5, 0.8, 1.0]

[[budgets]]
name = "Nothing"
amount = 100000
period = "year"
"""
HOOK = """
[[alerts]]
name = "hook"
kind = "webhook"
url_env = "HOOK_URL"
secret_env = "HOOK_SECRET"
"""
MAIL = """
[[alerts]]
name = "finance"
kind = "email"
to = ["ada@example.com"]
sender = "finops@example.com"
"""


def settings(folder: Path, channels: str, amount: float) -> Path:
    path = folder / "own.toml"
    path.write_text(BUDGETS.format(amount=amount) + channels, encoding="utf-8")
    return path


@pytest.fixture
def hook(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[str, ...]:
    """Put the receiver's address and certificate where the command finds them; return its options."""
    monkeypatch.setenv("HOOK_URL", receiver.address)
    monkeypatch.setenv("HOOK_SECRET", "a secret")
    ca = receiver.trust.get_ca_certs(binary_form=True)
    if not receiver.address.startswith("https"):
        return ()
    import ssl

    path = tmp_path / "ca.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(ca[-1]))
    return ("--ca-file", str(path))


def test_a_threshold_is_told_once_and_the_next_one_again(
    run: Run, month: Path, tmp_path: Path, receiver: Receiver, hook: tuple[str, ...]
) -> None:
    command = ("alert", "--db", month, "--config", settings(tmp_path, HOOK, 35), *hook)
    done = run(*command)
    assert (done.exit_code, done.stdout) == (0, "told of 1\n"), done.output
    assert run(*command).stdout == "nothing new to tell\n"
    settings(tmp_path, HOOK, 9)
    assert run(*command).stdout == "told of 1\n"
    first, second = (json.loads(taken.body)["data"] for taken in receiver.posted)
    assert (first["budget"], first["kind"], first["threshold"]) == ("All", "actual", 0.5)
    assert (first["amount"], first["period"]) == (35.0, "2026-10-01 to 2026-10-31")
    assert second["threshold"] == 1.0
    assert second["title"].startswith("Budget 'All' is used up: $")


def test_what_is_secret_stands_nowhere(
    run: Run, month: Path, tmp_path: Path, receiver: Receiver, hook: tuple[str, ...]
) -> None:
    receiver.answers = [(404, {})]
    done = run("alert", "--db", month, "--config", settings(tmp_path, HOOK, 9), *hook)
    assert done.exit_code == 1
    assert done.stderr.startswith("error: The alert 'hook' was not taken: it answered 404\nhint: ")
    kept = "".join(path.read_text() for path in (tmp_path / "output").glob("*.json"))
    assert not any(secret in done.output + kept for secret in ("SECRET", "HIDDEN", "a secret"))


def test_a_mail_says_it_in_its_subject(run: Run, month: Path, tmp_path: Path, mail_server: MailServer) -> None:
    config = settings(tmp_path, MAIL, 9)
    server = ("--host", "localhost", "--port", str(mail_server.port), "--ca-file", str(mail_server.ca_file))
    assert run("alert", "--db", month, "--config", config, *server).exit_code == 0
    ((receivers, content),) = mail_server.accepted
    assert receivers == ["ada@example.com"]
    assert b"Subject: Budget 'All' is used up: $" in content


def test_a_dry_run_tells_nobody_and_forgets_nothing(
    run: Run, month: Path, tmp_path: Path, receiver: Receiver, hook: tuple[str, ...]
) -> None:
    command = ("alert", "--db", month, "--config", settings(tmp_path, HOOK, 9), *hook)
    assert run(*command, "--dry-run").stdout.startswith("would tell hook: Budget 'All' is used up")
    assert not receiver.posted
    assert run(*command).stdout == "told of 1\n"
    assert run(*command, "--dry-run").stdout == "nothing new to tell\n"


@pytest.mark.parametrize(
    ("channels", "error", "hint"),
    [
        ("", "There is nobody to tell of anything", "[[alerts]]"),
        (HOOK, "No secret: HOOK_URL", "HOOK_URL_FILE"),
        (HOOK.rstrip() + '\nbudgets = ["Alll"]\n', "The alert 'hook' names no budget: Alll", "did you mean All?"),
    ],
)
def test_what_is_missing_is_named(run: Run, month: Path, tmp_path: Path, channels: str, error: str, hint: str) -> None:
    done = run("alert", "--db", month, "--config", settings(tmp_path, channels, 9))
    assert done.exit_code == 1
    assert f"error: {error}" in done.stderr
    assert hint in done.stderr


def test_an_address_that_is_none_is_not_shown(
    run: Run, month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_URL", "hooks.example.com/SECRET")
    monkeypatch.setenv("HOOK_SECRET", "s")
    done = run("alert", "--db", month, "--config", settings(tmp_path, HOOK, 9))
    assert "no http or https address" in done.stderr
    assert "SECRET" not in done.output


def test_a_log_that_is_none_is_named_with_this_commands_own_option(
    run: Run, month: Path, hook: tuple[str, ...], tmp_path: Path
) -> None:
    log = tmp_path / "notes.txt"
    log.write_text("my notes", encoding="utf-8")
    result = run("alert", "--db", month, "--config", settings(tmp_path, HOOK, 35), *hook, "--log", log)
    assert result.exit_code == 1
    assert "name another --log;" in result.stderr
    assert "--sent-log" not in result.output
    assert log.read_text(encoding="utf-8") == "my notes"
