"""Compose the message: HTML that mail clients render, the same in plain text, and the page as an attachment."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from finops_report.document import Digest
from finops_report.errors import MailError
from finops_report.page.templating import render_template

Kind = Literal["html", "zip", "pdf"]
TYPES = {"html": ("text", "html"), "zip": ("application", "zip"), "pdf": ("application", "pdf")}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sender and receivers, each as 'Ada <ada@example.com>' or 'ada@example.com'."""

    sender: str
    to: tuple[str, ...]
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """The page as it is attached: its bytes, its kind, its name without a suffix."""

    content: bytes
    kind: Kind
    name: str


def compose(
    digest: Digest, envelope: Envelope, attachment: Attachment | None, link: str | None, now: datetime
) -> EmailMessage:
    """Return the message. Its Message-ID is the same for the same report, sender and receivers.

    Raises MailError for an invalid address; no header can contain a line break.
    """
    sender = address(envelope.sender)
    receivers = [address(one) for one in envelope.to]
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(f"{digest.title}: {digest.total}, {digest.period}".split())
    message["From"] = sender
    message["To"] = receivers
    if envelope.reply_to:
        message["Reply-To"] = address(envelope.reply_to)
    message["Date"] = now
    message["Message-ID"] = message_id(digest, sender, receivers)
    message["List-Id"] = f"finops-report <finops-report.{sender.domain}>"
    message["List-Unsubscribe"] = f"<mailto:{sender.addr_spec}?subject=unsubscribe>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    values = {"digest": digest, "link": link, "attached": attachment is not None}
    message.set_content(render_template("mail.txt", values))
    message.add_alternative(render_template("mail.html", values), subtype="html")
    if attachment is not None:
        main, sub = TYPES[attachment.kind]
        name = f"{attachment.name}.{attachment.kind}"
        params = {"charset": "utf-8"} if main == "text" else None
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name, params=params)
    return message


def address(written: str) -> Address:
    """Parse one address. Raises MailError if it is not valid, has a line break, or has no domain."""
    hint = "write it as finance@example.com or 'Finance <finance@example.com>'"
    if any(ord(sign) < 32 for sign in written):
        raise MailError(f"Not an e-mail address: {written!r}", hint)
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = written
        (found,) = message["To"].addresses
    except Exception as err:  # Python's parser fails in many ways: AttributeError for '.:'
        raise MailError(f"Not an e-mail address: {written}", hint) from err
    if message["To"].defects or not found.username or not found.domain or not found.addr_spec.isascii():
        raise MailError(f"Not an e-mail address: {written}", hint)
    address: Address = found
    return address


def message_id(digest: Digest, sender: Address, receivers: Sequence[Address]) -> str:
    """Return the Message-ID, which is the same for the same report, sender and receivers."""
    parts = [digest.title, digest.key, sender.addr_spec, *sorted(one.addr_spec for one in receivers)]
    name = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return f"<finops-report.{name}@{sender.domain}>"


def zipped(page: bytes, name: str) -> bytes:
    """Return a ZIP with the page as its only file, the same bytes for the same page."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"{name}.html", date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, page)
    return out.getvalue()
