"""Compose the message: HTML that mail clients render, the same in plain text, and the page as an attachment."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from finops_report.delivery.mail.addresses import address, mailto
from finops_report.delivery.mail.said import changes, figures_of, fingerprint
from finops_report.delivery.mail.sent_log import Mail
from finops_report.delivery.mail.subject import subject
from finops_report.document import Digest
from finops_report.errors import MailError
from finops_report.page.templating import render_template
from finops_report.wording import formats
from finops_report.wording.conventions import written_as

Kind = Literal["html", "zip", "pdf"]
TYPES = {"html": ("text", "html"), "zip": ("application", "zip"), "pdf": ("application", "pdf")}
TEAM_SHARE = "Share of all spend."
TEAM_CHANGE = "Share of all spend; the change is over the same days as that of the total."
MONTH_CHANGE = "The change is from the month before, if both are whole."
SEVEN_BITS = SMTP.clone(cte_type="7bit")  # what every server takes, whatever it offers


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sender and receivers, each as 'Ada <ada@example.com>' or 'ada@example.com'."""

    sender: str
    to: tuple[str, ...]
    reply_to: str | None = None

    def receivers(self) -> list[Address]:
        """Return the receivers, each once. Raises MailError if there are none, or an address is not valid."""
        if not self.to:
            raise MailError("Nobody to send to: --to names no address", "give --to finance@example.com")
        found = [address(one) for one in self.to]
        return list({one.addr_spec: one for one in reversed(found)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class Attachment:
    """The page as it is attached: its bytes, its kind, its name without a suffix."""

    content: bytes
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Extras:
    """What goes into a mail beside the figures: the page, a link to it, the mail whose figures it corrects."""

    attachment: Attachment | None = None
    link: str | None = None
    earlier: Mail | None = None


def compose(digest: Digest, envelope: Envelope, extras: Extras, now: datetime) -> EmailMessage:
    """Return the message. Its Message-ID is the same for the same figures, sender and receivers.

    Raises MailError for an invalid address; no header can contain a line break.
    """
    sender, receivers, earlier = address(envelope.sender), envelope.receivers(), extras.earlier
    name = message_id(digest, sender, receivers, earlier)
    message = begun(subject(digest, changed=earlier is not None), envelope, name, now)
    if earlier is not None:
        message["In-Reply-To"] = earlier.message_id
        message["References"] = earlier.message_id
    message["List-Unsubscribe"] = f"<{mailto(sender)}?subject=unsubscribe>"
    with written_as(digest.conventions):
        values = _values(digest, extras)
        message.set_content(render_template("mail.txt", values))
        message.add_alternative(render_template("mail.html", values), subtype="html")
    if extras.attachment is not None:
        _attach(message, extras.attachment)
    return message


def begun(subject: str, envelope: Envelope, message_id: str, now: datetime) -> EmailMessage:
    """Return a message without content, with the headers that every mail of ours has.

    Raises MailError for an invalid address; no header can contain a line break.
    """
    sender = address(envelope.sender)
    message = EmailMessage(policy=SEVEN_BITS)
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = envelope.receivers()
    if envelope.reply_to:
        message["Reply-To"] = address(envelope.reply_to)
    message["Date"] = now
    message["Message-ID"] = message_id
    message["List-Id"] = f"finops-report <finops-report.{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    return message


def name_of(*parts: str) -> str:
    """Return 32 letters and digits that are the same for the same parts, for an id that stays."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def report_name(digest: Digest, envelope: Envelope) -> str:
    """Return the name under which the log remembers who was told what: title, days and sender."""
    return f"{digest.title}, {digest.key}, from {address(envelope.sender).addr_spec}"


def message_id(digest: Digest, sender: Address, receivers: Sequence[Address], earlier: Mail | None) -> str:
    """Return the Message-ID, which is the same for the same figures, sender, receivers and earlier mail."""
    parts = [digest.title, digest.key, fingerprint(figures_of(digest)), sender.addr_spec]
    parts += [*sorted(one.addr_spec for one in receivers), "" if earlier is None else earlier.message_id]
    return f"<finops-report.{name_of(*parts)}@{sender.domain}>"


def _values(digest: Digest, extras: Extras) -> Mapping[str, object]:
    earlier = extras.earlier
    return {
        "digest": digest,
        "budgets": [one for one in digest.budgets if one.is_alarming or one.is_company],
        "team_note": TEAM_CHANGE if digest.change_in_short else TEAM_SHARE,
        "month_note": MONTH_CHANGE,
        "link": extras.link,
        "attached": extras.attachment is not None,
        "earlier_day": "" if earlier is None else formats.day(date.fromisoformat(earlier.on)),
        "changes": () if earlier is None else changes(earlier.figures, figures_of(digest)),
    }


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    main, sub = TYPES[attachment.kind]
    name = f"{attachment.name}.{attachment.kind}"
    params = {"charset": "utf-8"} if main == "text" else None
    message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name, params=params)


def zipped(page: bytes, name: str) -> bytes:
    """Return a ZIP with the page as its only file, the same bytes for the same page."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"{name}.html", date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, page)
    return out.getvalue()
