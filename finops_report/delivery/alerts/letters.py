"""Write an alert as a mail: a subject that says it, and the same in plain text and HTML."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from finops_report.delivery.alerts.alert import Alert
from finops_report.delivery.mail.addresses import address
from finops_report.delivery.mail.message import Envelope, begun, name_of
from finops_report.page.templating import render_template


def compose_alert(alert: Alert, envelope: Envelope, now: datetime) -> EmailMessage:
    """Return the message. Its Message-ID is the same for the same alert, sender and receivers.

    Raises MailError for an invalid address; no header can contain a line break.
    """
    sender, receivers = address(envelope.sender), envelope.receivers()
    name = name_of(alert.key, sender.addr_spec, *sorted(one.addr_spec for one in receivers))
    subject = " ".join(alert.title.split())
    message = begun(subject, envelope, f"<finops-report.alert.{name}@{sender.domain}>", now)
    message.set_content(render_template("alert.txt", {"alert": alert}))
    message.add_alternative(render_template("alert.html", {"alert": alert}), subtype="html")
    return message
