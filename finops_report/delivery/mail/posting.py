"""Send the report of a page to its readers: decided by the log first, then composed, then handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from finops_report.delivery.mail.letters import Letter, Plan, plan, record, send_letter
from finops_report.delivery.mail.message import Attachment, Envelope, Extras, compose, report_name
from finops_report.delivery.mail.said import figures_of
from finops_report.delivery.mail.sent_log import Mail, SentLog
from finops_report.delivery.mail.server import Server
from finops_report.document import Digest
from finops_report.errors import MailError


@dataclass(frozen=True, slots=True)
class Post:
    """A report on its way to its readers; `attachment` makes what is attached, and only if a mail is to be sent."""

    digest: Digest
    envelope: Envelope
    link: str | None
    attachment: Callable[[], Attachment | None]
    log: SentLog
    now: datetime

    def plan(self, resend: bool) -> Plan:
        """Return which mails are to be sent. Raises MailError for an invalid address, OutputError for a foreign log."""
        receivers = [one.addr_spec for one in self.envelope.receivers()]
        return plan(self.log, self._report, figures_of(self.digest), receivers, resend)

    def message(self, letter: Letter, attachment: Attachment | None) -> EmailMessage:
        """Return a mail of the plan. Raises MailError as `compose` does."""
        return compose(self.digest, self.envelope, Extras(attachment, self.link, letter.earlier), self.now)

    def send(
        self, wanted: Plan, server: Server, sleep: Callable[[float], None], say: Callable[[str], None]
    ) -> frozenset[str]:
        """Send the mails of a plan and return who got one. Raises MailError as `send_letter` does.

        It is raised after all letters were tried, and also for those who may have a mail of an earlier run.
        """
        attachment = self.attachment() if wanted.letters else None
        sent: set[str] = set()
        failed: MailError | None = None
        for letter in wanted.letters:
            message = self.message(letter, attachment)
            mail = self._mail(message, letter)
            noted = record(self.log, self._report, mail, letter.receivers)
            try:
                sent |= send_letter(message, letter.receivers, server, noted, sleep, say)
            except MailError as err:
                failed = failed or err
        if failed is not None:
            raise failed
        if wanted.unsure:
            raise MailError(
                f"An earlier run could not find out whether it arrived at {', '.join(sorted(wanted.unsure))}",
                "ask one of them; --resend sends it again",
            )
        return frozenset(sent)

    @property
    def _report(self) -> str:
        return report_name(self.digest, self.envelope)

    def _mail(self, message: EmailMessage, letter: Letter) -> Mail:
        after = "" if letter.earlier is None else letter.earlier.message_id
        return Mail(str(message["Message-ID"]), self.now.date().isoformat(), figures_of(self.digest), after)
