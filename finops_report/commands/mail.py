"""`finops-report mail`: the answers to those who do not open pages."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from finops_report.commands.mail_options import (
    Addressing,
    AttachmentOptions,
    SendingOptions,
    ServerOptions,
    addressing_options,
    attachment_options,
    sending_options,
    server_options,
)
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import BuiltReport, report_options
from finops_report.commands.values import STANDARD_OUTPUT


@click.command(cls=OrderedCommand)
@report_options
@addressing_options
@server_options
@attachment_options
@sending_options
def mail(
    report: BuiltReport,
    addressing: Addressing,
    smtp: ServerOptions,
    attachment: AttachmentOptions,
    sending: SendingOptions,
) -> None:
    """Send the built report: five answers in the mail, the page attached."""
    from finops_report.delivery.mail import SentLog, compose, send_once
    from finops_report.delivery.mail.attachment import attached
    from finops_report.document import read_digest
    from finops_report.files import write_whole
    from finops_report.replaceable import check_replaceable, is_mail

    digest = read_digest(report.json)
    page = attached(
        report.page, f"llm-spend-{digest.key}", attachment.attach, attachment.max_attachment_mb, attachment.link
    )
    message = compose(digest, addressing.envelope(), page, attachment.link, datetime.now(UTC))
    if sending.dry_run is not None:
        check_replaceable(sending.dry_run, is_mail)
        write_whole({sending.dry_run: message.as_bytes()})
        printed = sending.dry_run == STANDARD_OUTPUT
        click.echo("not sent" if printed else f"not sent: {sending.dry_run}", err=printed)
        return
    sent = send_once(message, smtp.server(), SentLog(sending.sent_log), time.sleep, sending.resend)
    click.echo(f"sent to {', '.join(sorted(sent))}" if sent else "sent already: --resend sends it again")
