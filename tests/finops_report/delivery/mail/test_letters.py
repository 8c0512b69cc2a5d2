"""The log of sent mail decides who still waits for one, and is right whatever the server does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from finops_report.delivery.mail import SentLog, Server
from finops_report.delivery.mail.letters import Letter, Plan, plan, record, send_letter
from finops_report.delivery.mail.sending import MaybeSentError, PartlySentError
from finops_report.delivery.mail.sent_log import Mail, Told
from finops_report.errors import MailError, OutputError
from tests.finops_report.delivery.mail.conftest import MailServer

Deliver = Callable[[Mail, frozenset[str]], frozenset[str]]
REPORT = "LLM spend, October"
CFO, CTO = "cfo@example.com", "cto@example.com"
BOTH = frozenset([CFO, CTO])
FIRST = Mail("<1@example.com>", "2026-11-02", {"Total": "$1.00"})
SECOND = Mail("<2@example.com>", "2026-11-09", {"Total": "$1.20"}, after=FIRST.message_id)


@pytest.fixture
def log(tmp_path: Path) -> SentLog:
    return SentLog(tmp_path / "sent.json")


@pytest.fixture
def deliver(log: SentLog, mail_server: MailServer) -> Deliver:
    server = Server("localhost", mail_server.port, user="finops", password="right", ca_file=mail_server.ca_file)

    def send(mail: Mail, receivers: frozenset[str]) -> frozenset[str]:
        message = EmailMessage(policy=SMTP)
        message["From"] = "finops@example.com"
        message["To"] = ", ".join(sorted(receivers))
        message["Message-ID"] = mail.message_id
        message.set_content(f"Total: {mail.figures['Total']}")
        noted = record(log, REPORT, mail, receivers)
        return send_letter(message, receivers, server, noted, lambda _: None, lambda _: None)

    return send


def planned(log: SentLog, mail: Mail, resend: bool = False) -> Plan:
    return plan(log, REPORT, mail.figures, [CFO, CTO], resend)


def test_who_was_told_the_same_figures_gets_none(log: SentLog) -> None:
    log.note(REPORT, {CFO: Told(FIRST)})
    assert planned(log, FIRST) == Plan((Letter(frozenset([CTO])),))
    log.note(REPORT, {CTO: Told(FIRST)})
    assert planned(log, FIRST) == Plan(())


def test_who_was_told_other_figures_gets_a_mail_that_knows_them(log: SentLog) -> None:
    log.note(REPORT, {CFO: Told(FIRST)})
    assert planned(log, SECOND) == Plan((Letter(frozenset([CTO])), Letter(frozenset([CFO]), FIRST)))


def test_resending_is_for_everybody_and_the_same_mail_again(log: SentLog) -> None:
    log.note(REPORT, {CFO: Told(FIRST), CTO: Told(FIRST)})
    assert planned(log, FIRST, resend=True) == Plan((Letter(BOTH),))
    log.note(REPORT, {CFO: Told(SECOND), CTO: Told(SECOND)})
    assert planned(log, SECOND, resend=True) == Plan((Letter(BOTH, FIRST),))


def test_who_may_have_it_is_neither_told_again_nor_forgotten(log: SentLog) -> None:
    log.note(REPORT, {CFO: Told(FIRST, certain=False), CTO: Told(FIRST)})
    assert planned(log, FIRST) == Plan((), unsure=frozenset([CFO]))
    assert planned(log, FIRST, resend=True) == Plan((Letter(BOTH),))


def test_what_the_server_took_is_noted(log: SentLog, deliver: Deliver) -> None:
    assert deliver(FIRST, BOTH) == BOTH
    assert log.told(REPORT) == {CFO: Told(FIRST), CTO: Told(FIRST)}


def test_who_got_it_is_noted_although_another_was_refused(
    log: SentLog, deliver: Deliver, mail_server: MailServer
) -> None:
    mail_server.answers[CTO] = ["550 no such user"]
    with pytest.raises(PartlySentError, match=r"cto@example\.com"):
        deliver(FIRST, BOTH)
    assert log.told(REPORT) == {CFO: Told(FIRST)}


def test_a_server_that_leaves_after_the_content_may_have_it(
    log: SentLog, deliver: Deliver, mail_server: MailServer
) -> None:
    mail_server.data_answers = ["close"]
    with pytest.raises(MaybeSentError, match="may have it") as raised:
        deliver(FIRST, BOTH)
    assert "--resend" in raised.value.hint
    assert len(mail_server.accepted) == 1
    assert log.told(REPORT) == {CFO: Told(FIRST, certain=False), CTO: Told(FIRST, certain=False)}


@pytest.mark.parametrize("answer", ["554 looks like spam", "451 later"])
def test_what_the_server_did_not_take_is_not_noted(
    answer: str, log: SentLog, deliver: Deliver, mail_server: MailServer
) -> None:
    log.note(REPORT, {CFO: Told(FIRST)})
    mail_server.data_answers = [answer] * 4
    with pytest.raises(MailError, match=answer):
        deliver(SECOND, BOTH)
    assert log.told(REPORT) == {CFO: Told(FIRST)}


class FullDisk(SentLog):
    def note(self, report: str, told: Mapping[str, Told | None]) -> None:
        raise OutputError("The log cannot be written", "make room")


@pytest.mark.parametrize("log", [FullDisk(Path("sent.json"))])
def test_a_log_that_cannot_be_written_stops_the_mail_before_the_content(
    log: SentLog, deliver: Deliver, mail_server: MailServer
) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        deliver(FIRST, BOTH)
    assert mail_server.accepted == []


@pytest.mark.parametrize(
    "content",
    [
        b"[]", b"no JSON", b"", b"7", b"\xff\xfe", b'{"schema": 3}', b'{"a": 1}', b'{"schema": 2, "mails": []}',
        b"[" * 10**5, b'{"schema": 2, "mails": {"m": 1}}', b'{"schema": 2, "told": {"r": {"a@b": 1}}}',
        b'{"schema": 2, "told": {"r": {"a@b": {"mail": "none", "certain": true}}}}',
    ],
)  # fmt: skip
def test_another_file_is_no_log(content: bytes, log: SentLog) -> None:
    log.path.write_bytes(content)
    with pytest.raises(OutputError, match="Not a log of sent mail") as raised:
        log.told(REPORT)
    assert "nothing was sent" in raised.value.hint


def test_a_log_from_before_figures_were_kept_counts_as_empty(log: SentLog) -> None:
    log.path.write_text('{"<1@example.com>": ["cfo@example.com"]}')
    assert log.told(REPORT) == {}
    log.note(REPORT, {CFO: Told(FIRST)})
    assert log.told(REPORT) == {CFO: Told(FIRST)}


def test_mails_that_nobody_was_told_last_are_forgotten(log: SentLog) -> None:
    third = Mail("<3@example.com>", "2026-11-16", {"Total": "$1.30"}, after=SECOND.message_id)
    for mail in (FIRST, SECOND, third):
        log.note(REPORT, {CFO: Told(mail)})
    assert [log.mail(one.message_id) for one in (FIRST, SECOND, third)] == [None, SECOND, third]
