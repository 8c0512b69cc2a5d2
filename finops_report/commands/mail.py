"""`finops-report mail`: the answers to those who do not open pages."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from finops_report.delivery.mail import Post


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
    from finops_report.delivery.mail import Post, SentLog
    from finops_report.delivery.mail.attachment import attached
    from finops_report.document import read_digest

    digest = read_digest(report.json)
    name, most_mb = f"llm-spend-{digest.key}", attachment.max_attachment_mb
    post = Post(
        digest,
        addressing.envelope(),
        attachment.link,
        lambda: attached(report.page, name, attachment.attach, most_mb, attachment.link),
        SentLog(sending.sent_log),
        datetime.now(UTC),
    )
    if sending.dry_run is not None:
        _write(post, sending.dry_run)
        return
    with post.log.held(time.sleep):
        wanted = post.plan(sending.resend)
        sent = post.send(wanted, smtp.server(), time.sleep, lambda line: click.echo(line, err=True))
    click.echo(f"sent to {', '.join(sorted(sent))}" if sent else "sent already: --resend sends it again")


def _write(post: Post, path: Path) -> None:
    """Write the mail that would be sent, or the one that was sent already, to a file."""
    from finops_report.files import write_whole
    from finops_report.replaceable import check_replaceable, is_mail

    check_replaceable(path, is_mail)
    (letter, *_) = post.plan(resend=False).letters or post.plan(resend=True).letters
    write_whole({path: post.message(letter, post.attachment()).as_bytes()})
    printed = path == STANDARD_OUTPUT
    click.echo("not sent" if printed else f"not sent: {path}", err=printed)
