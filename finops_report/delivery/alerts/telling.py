"""Tell every channel of every alert that it was not told of: decided by a log, noted before anything is sent."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from finops_report.delivery.alerts.alert import Alert
from finops_report.delivery.alerts.bodies import CHAT, Body, signed
from finops_report.delivery.alerts.letters import compose_alert
from finops_report.delivery.alerts.webhook import Hook, post
from finops_report.delivery.mail.letters import plan, record, send_letter
from finops_report.delivery.mail.message import Envelope, name_of
from finops_report.delivery.mail.sent_log import Mail, SentLog, Told
from finops_report.delivery.mail.server import Server
from finops_report.errors import FinopsError


@dataclass(frozen=True, slots=True)
class Outside:
    """What telling does beside talking to receivers: wait, say a line, know the time, trust certificates."""

    sleep: Callable[[float], None]
    say: Callable[[str], None]
    now: datetime
    trust: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Webhook:
    """A channel that alerts are posted to: `kind` is 'slack', 'teams' or 'webhook'; only the last has a secret."""

    hook: Hook
    kind: str
    secret: str
    budgets: frozenset[str]

    @property
    def name(self) -> str:
        return self.hook.name

    def waiting(self, alert: Alert, log: SentLog) -> frozenset[str]:
        """Return the channel's name if it was not told of the alert, or if nobody knows whether it was."""
        told = log.told(alert.key).get(self.name)
        return frozenset() if told is not None and told.certain else frozenset((self.name,))

    def tell(self, alert: Alert, log: SentLog, outside: Outside) -> None:
        """Post the alert. Raises AlertError if it was not taken; the log does not have it then."""
        message_id = _message_id(self.name, alert)
        mail = Mail(message_id, outside.now.date().isoformat(), {"alert": alert.key})
        before = log.told(alert.key).get(self.name)
        log.note(alert.key, {self.name: Told(mail, certain=False)})
        try:
            body = self._body(alert, message_id, outside)
            post(self.hook, body, sleep=outside.sleep, say=outside.say, trust=outside.trust)
        except FinopsError:
            log.note(alert.key, {self.name: before})
            raise
        log.note(alert.key, {self.name: Told(mail)})

    def _body(self, alert: Alert, message_id: str, outside: Outside) -> Body:
        if self.kind in CHAT:
            return CHAT[self.kind](alert)
        return signed(alert, message_id, int(outside.now.timestamp()), self.secret)


def _message_id(channel: str, alert: Alert) -> str:
    """Return the same id for the same alert on the same channel, so that a receiver knows it if it comes twice."""
    return f"finops-report.{name_of(channel, alert.key)}"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A channel that alerts are mailed to."""

    name: str
    envelope: Envelope
    server: Server
    budgets: frozenset[str]

    def waiting(self, alert: Alert, log: SentLog) -> frozenset[str]:
        """Return the receivers that were not told of the alert; who may have been, is not told again."""
        receivers = [one.addr_spec for one in self.envelope.receivers()]
        letters = plan(log, alert.key, {"alert": alert.key}, receivers, resend=False).letters
        return frozenset(one for letter in letters for one in letter.receivers)

    def tell(self, alert: Alert, log: SentLog, outside: Outside) -> None:
        """Mail the alert to those who wait for it. Raises MailError as `send_letter` does."""
        message = compose_alert(alert, self.envelope, outside.now)
        mail = Mail(str(message["Message-ID"]), outside.now.date().isoformat(), {"alert": alert.key})
        receivers = self.waiting(alert, log)
        noted = record(log, alert.key, mail, receivers)
        send_letter(message, receivers, self.server, noted, outside.sleep, outside.say)


Channel = Webhook | Mailbox


def untold(alerts: Iterable[Alert], channels: Sequence[Channel], log: SentLog) -> tuple[tuple[Alert, Channel], ...]:
    """Return each alert with each channel that is to be told of it. Raises OutputError if the log cannot be read."""
    return tuple(
        (alert, channel)
        for alert in alerts
        for channel in channels
        if (not channel.budgets or alert.budget in channel.budgets) and channel.waiting(alert, log)
    )


def tell(pairs: Iterable[tuple[Alert, Channel]], log: SentLog, outside: Outside) -> int:
    """Tell all, and return of how many alerts somebody was told.

    A channel that fails does not keep the others from being told; the first failure is raised after all were tried.
    """
    told, failed = 0, None
    for alert, channel in pairs:
        try:
            channel.tell(alert, log, outside)
        except FinopsError as err:
            failed = failed or err
            continue
        outside.say(f"told {channel.name}: {alert.title}")
        told += 1
    if failed is not None:
        raise failed
    return told
