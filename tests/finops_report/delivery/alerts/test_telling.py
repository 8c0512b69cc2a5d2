"""Every channel is told of an alert once, whatever fails between."""

from __future__ import annotations

import email
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finops_report.delivery.alerts.alert import Alert
from finops_report.delivery.alerts.telling import Channel, Mailbox, Outside, Webhook, tell, untold
from finops_report.delivery.alerts.webhook import AlertError, Hook
from finops_report.delivery.mail import Envelope, SentLog, Server
from finops_report.errors import MailError, OutputError
from tests.finops_report.delivery.alerts.alerts import alert
from tests.finops_report.delivery.alerts.conftest import Receiver
from tests.finops_report.delivery.mail.conftest import MailServer, mail_server

__all__ = ["mail_server"]
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def webhook(receiver: Receiver, kind: str = "slack", *budgets: str) -> Webhook:
    return Webhook(Hook("chat", receiver.address), kind, "a secret", frozenset(budgets))


def told(alerts: Sequence[Alert], channels: Sequence[Channel], log: SentLog, receiver: Receiver) -> int:
    outside = Outside(lambda _: None, lambda _: None, NOW, receiver.trust)
    return tell(untold(alerts, channels, log), log, outside)


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
def test_a_threshold_is_told_once_in_a_period(receiver: Receiver, tmp_path: Path, kind: str) -> None:
    log, channels = SentLog(tmp_path / "alerts.json"), [webhook(receiver, kind)]
    alerts = [alert(threshold="0.5"), alert(threshold="0.8")]
    assert [told(alerts, channels, log, receiver) for _ in range(3)] == [2, 0, 0]
    assert told([*alerts, alert(threshold="1.0")], channels, log, receiver) == 1
    assert len(receiver.posted) == 3


def test_a_channel_hears_of_its_own_budgets_alone(receiver: Receiver, tmp_path: Path) -> None:
    log, channels = SentLog(tmp_path / "alerts.json"), [webhook(receiver, "slack", "search")]
    assert told([alert(), alert(budget="search")], channels, log, receiver) == 1
    assert "search" in json.loads(receiver.posted[0].body)["text"]


def test_what_failed_is_told_by_the_next_run(receiver: Receiver, tmp_path: Path) -> None:
    log, channels = SentLog(tmp_path / "alerts.json"), [webhook(receiver)]
    receiver.answers = [(404, {})]
    with pytest.raises(AlertError):
        told([alert()], channels, log, receiver)
    assert told([alert()], channels, log, receiver) == 1
    assert told([alert()], channels, log, receiver) == 0


def test_one_that_fails_does_not_keep_the_others_from_being_told(receiver: Receiver, tmp_path: Path) -> None:
    log, channels = SentLog(tmp_path / "alerts.json"), [webhook(receiver)]
    receiver.answers = [(404, {})]
    both = [alert(), alert(budget="search")]
    with pytest.raises(AlertError):
        told(both, channels, log, receiver)
    assert len(receiver.posted) == 2
    assert told(both, channels, log, receiver) == 1


def test_a_run_that_was_killed_while_posting_posts_again_with_the_same_id(receiver: Receiver, tmp_path: Path) -> None:
    log, channel = SentLog(tmp_path / "alerts.json"), webhook(receiver, "webhook")

    class Killed(BaseException):
        """What no handler of ours catches."""

    def kill(_: float) -> None:
        raise Killed

    receiver.answers = [(503, {})]
    with pytest.raises(Killed):
        channel.tell(alert(), log, Outside(kill, lambda _: None, NOW, receiver.trust))
    assert told([alert()], [channel], log, receiver) == 1
    ids = {taken.headers["webhook-id"] for taken in receiver.posted}
    assert (len(receiver.posted), len(ids)) == (2, 1)


def test_mail_is_sent_once_to_each_receiver(mail_server: MailServer, tmp_path: Path, receiver: Receiver) -> None:
    log = SentLog(tmp_path / "alerts.json")
    server = Server("localhost", mail_server.port, "starttls", None, None, mail_server.ca_file)
    envelope = Envelope("FinOps <finops@example.com>", ("ada@example.com", "bo@example.com"))
    box = Mailbox("finance", envelope, server, frozenset())
    hostile = alert(title="Budget 'a\r\nBcc: x@example.com'")
    mail_server.answers["bo@example.com"] = ["550 no such user"]
    with pytest.raises(MailError, match=r"bo@example\.com"):
        told([hostile], [box], log, receiver)
    assert told([hostile], [box], log, receiver) == 1
    assert told([hostile], [box], log, receiver) == 0
    assert [to for to, _ in mail_server.accepted] == [["ada@example.com"], ["bo@example.com"]]
    message = email.message_from_bytes(mail_server.accepted[0][1])
    assert message["Subject"] == "Budget 'a Bcc: x@example.com'"
    assert message["Bcc"] is None
    kinds = {part.get_content_type() for part in message.walk() if not part.is_multipart()}
    assert kinds == {"text/plain", "text/html"}


def test_a_file_that_is_no_log_is_left_alone(receiver: Receiver, tmp_path: Path) -> None:
    path = tmp_path / "alerts.json"
    path.write_text("my notes")
    with pytest.raises(OutputError, match="Not a log"):
        told([alert()], [webhook(receiver)], SentLog(path), receiver)
    assert path.read_text() == "my notes"
    assert not receiver.posted
