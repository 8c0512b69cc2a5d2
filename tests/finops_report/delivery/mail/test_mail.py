"""The mail has the figures of the page, a real server accepts it, and it is never sent twice or in the clear."""

from __future__ import annotations

import email
import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import example, given
from hypothesis import strategies as st

from finops_report.delivery.mail.message import address
from finops_report.errors import MailError
from tests.conftest import Run
from tests.finops_report.delivery.mail.conftest import MailServer


@pytest.fixture
def send(run: Run, mail_server: MailServer, built: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("FINOPS_SMTP_PASSWORD", "right")
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # the pauses between retries

    def command(*changes: str | Path, to: str = "cfo@example.com") -> Result:
        usual = ("--report", built, "--from", "FinOps <finops@example.com>", "--to", to, "--user", "finops")
        place = ("--host", "localhost", "--port", str(mail_server.port), "--ca-file", mail_server.ca_file)
        return run("mail", *usual, *place, *changes)

    return command


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_mail_arrives_with_the_answers_and_the_page(
    send: Callable[..., Result], mail_server: MailServer, built: Path
) -> None:
    result = send()
    assert result.exit_code == 0, result.output
    ((receivers, content),) = mail_server.accepted
    assert receivers == ["cfo@example.com"]
    message = parsed(content)
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    figures = json.loads(built.with_suffix(".json").read_text(encoding="utf-8"))
    content_html = html.get_content()
    for wanted in (
        figures["headline"]["total"],
        figures["headline"]["cost_note"],
        *(answer["verdict"] for answer in figures["answers"]),
    ):
        assert wanted.lower() in content_html.lower()
        assert wanted.lower() in plain.get_content().lower()
    assert "<script" not in content_html
    assert len(content_html.encode()) < 100_000
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/html"
    assert attached.get_payload(decode=True) == built.read_bytes()
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_rerun_sends_nothing_unless_asked(send: Callable[..., Result], mail_server: MailServer) -> None:
    assert [send().exit_code for _ in range(2)] == [0, 0]
    assert len(mail_server.accepted) == 1
    assert "sent to cfo@example.com" in send("--resend").output
    names = {parsed(content)["Message-ID"] for _, content in mail_server.accepted}
    assert (len(mail_server.accepted), len(names)) == (2, 1)


def test_a_refused_reader_is_named_and_the_others_get_it_once(
    send: Callable[..., Result], mail_server: MailServer
) -> None:
    mail_server.answers["gone@example.com"] = ["550 no such user"] * 2
    for _ in range(2):
        result = send(to="cfo@example.com, gone@example.com")
        assert result.exit_code == 1
        assert "error: Not taken for gone@example.com: " in result.output
    assert [receivers for receivers, _ in mail_server.accepted] == [["cfo@example.com"]]


def test_a_temporary_refusal_is_retried(send: Callable[..., Result], mail_server: MailServer) -> None:
    mail_server.answers["cfo@example.com"] = ["451 later", "450 later"]
    assert send().exit_code == 0
    assert len(mail_server.accepted) == 1
    assert mail_server.connections == 3


def test_a_refusal_that_stays_ends_with_a_clear_error(send: Callable[..., Result], mail_server: MailServer) -> None:
    mail_server.answers["cfo@example.com"] = ["451 later"] * 9
    result = send()
    assert (result.exit_code, mail_server.connections, mail_server.accepted) == (1, 4, [])
    assert "not yet" in result.output


@pytest.mark.parametrize(
    ("changes", "password", "error"),
    [
        ((), "wrong", "does not accept the user or the password"),
        (("--tls", "none"), "right", "A password would be sent in the clear"),
        (("--tls", "tls"), "right", "cannot be reached"),
        (("--ca-file", "/dev/null"), "right", "error: "),
        (("--max-attachment-mb", "0.001"), "right", "The attachment is too large"),
        (("--to", "no address"), "right", "Not an e-mail address"),
        (("--report", "nowhere.html"), "right", "No report"),
    ],
)
def test_nothing_is_sent_and_the_error_names_the_reason(
    send: Callable[..., Result],
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    changes: tuple[str, ...],
    password: str,
    error: str,
) -> None:
    monkeypatch.setenv("FINOPS_SMTP_PASSWORD", password)
    result = send(*changes)
    assert result.exit_code == 1
    assert error in result.output
    assert "hint: " in result.output
    assert password not in result.output.replace("password", "")
    assert mail_server.accepted == []


def test_an_untrusted_certificate_is_refused(run: Run, mail_server: MailServer, built: Path) -> None:
    place = ("--host", "localhost", "--port", str(mail_server.port))
    result = run("mail", "--report", built, "--from", "a@example.com", "--to", "b@example.com", *place)
    assert result.exit_code == 1
    assert "cannot be trusted" in result.output


def test_too_large_a_page_becomes_a_link(send: Callable[..., Result], mail_server: MailServer) -> None:
    assert send("--max-attachment-mb", "0.001", "--link", "https://example.com/latest.html").exit_code == 0
    message = parsed(mail_server.accepted[0][1])
    assert not list(message.iter_attachments())
    body = message.get_body(("html",))
    assert body is not None
    assert 'href="https://example.com/latest.html"' in body.get_content()


def test_a_zip_holds_the_page(send: Callable[..., Result], mail_server: MailServer, built: Path) -> None:
    assert send("--attach", "zip").exit_code == 0
    (attached,) = parsed(mail_server.accepted[0][1]).iter_attachments()
    with zipfile.ZipFile(io.BytesIO(attached.get_content())) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == built.read_bytes()


def test_a_dry_run_writes_the_message(run: Run, built: Path) -> None:
    wish = ("mail", "--report", built, "--from", "a@example.com", "--to", "b@example.com", "--dry-run", "m.eml")
    assert run(*wish).exit_code == 0
    assert parsed(Path("m.eml").read_bytes())["To"] == "b@example.com"


@example(".:")
@example("0.:")
@given(st.text())
def test_no_address_can_bring_a_header_with_it(written: str) -> None:
    try:
        found = address(written)
    except MailError:
        return
    assert "\n" not in str(found)
    assert found.domain
