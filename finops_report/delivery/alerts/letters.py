"""Write an alert as a mail: a subject that says it, and the same in plain text and HTML."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage

from finops_report.delivery.alerts.alert import Alert
from finops_report.delivery.mail.addresses import address
from finops_report.delivery.mail.message import SEVEN_BITS, Envelope
from finops_report.page.templating import render_template


def compose_alert(alert: Alert, envelope: Envelope, now: datetime) -> EmailMessage:
    """Return the message. Its Message-ID is the same for the same alert, sender and receivers.

    Raises MailError for an invalid address; no header can contain a line break.
    """
    sender, receivers = address(envelope.sender), envelope.receivers()
    message = EmailMessage(policy=SEVEN_BITS)
    message["Subject"] = " ".join(alert.title.split())
    message["From"] = sender
    message["To"] = receivers
    message["Date"] = now
    parts = [alert.key, sender.addr_spec, *sorted(one.addr_spec for one in receivers)]
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
    message["Message-ID"] = f"<finops-report.alert.{digest}@{sender.domain}>"
    message["List-Id"] = f"finops-report <finops-report.{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(render_template("alert.txt", {"alert": alert}))
    message.add_alternative(render_template("alert.html", {"alert": alert}), subtype="html")
    return message
