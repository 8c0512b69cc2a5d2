"""The log of sent mail decides who still waits for one."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from finops_report.delivery.mail import PartlySentError, SentLog, Server, send_once
from finops_report.errors import OutputError
from tests.finops_report.delivery.mail.conftest import MailServer

NOBODY: frozenset[str] = frozenset()
NAME = "<1@example.com>"


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "finops@example.com"
    message["To"] = "cfo@example.com, cto@example.com"
    message["Message-ID"] = NAME
    message.set_content("Total: $1.00")
    return message


@pytest.fixture
def server(mail_server: MailServer) -> Server:
    return Server("localhost", mail_server.port, user="finops", password="right", ca_file=mail_server.ca_file)


@pytest.fixture
def log(tmp_path: Path) -> SentLog:
    return SentLog(tmp_path / "sent.json")


def test_who_has_it_already_gets_none(
    message: EmailMessage, server: Server, log: SentLog, mail_server: MailServer
) -> None:
    log.add(NAME, frozenset(["cfo@example.com"]))
    assert send_once(message, server, log, lambda _: None) == {"cto@example.com"}
    assert send_once(message, server, log, lambda _: None) == NOBODY
    assert [receivers for receivers, _ in mail_server.accepted] == [["cto@example.com"]]


def test_resending_is_for_everybody(message: EmailMessage, server: Server, log: SentLog) -> None:
    everybody = frozenset(["cfo@example.com", "cto@example.com"])
    log.add(NAME, everybody)
    assert send_once(message, server, log, lambda _: None, resend=True) == everybody


def test_who_got_it_is_noted_although_another_was_refused(
    message: EmailMessage, server: Server, log: SentLog, mail_server: MailServer
) -> None:
    mail_server.answers["cto@example.com"] = ["550 no such user"]
    with pytest.raises(PartlySentError, match=r"cto@example\.com"):
        send_once(message, server, log, lambda _: None)
    assert log.receivers(NAME) == {"cfo@example.com"}


@pytest.mark.parametrize("content", ["[]", "no JSON"])
def test_another_file_is_no_log(content: str, log: SentLog) -> None:
    log.path.write_text(content)
    with pytest.raises(OutputError, match="Not a log of sent mail"):
        log.receivers(NAME)
