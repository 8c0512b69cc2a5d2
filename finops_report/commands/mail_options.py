"""The options of `mail`, a value for each thing they describe: addressing, server, attachment, sending."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.environment import mail_password
from finops_report.commands.option_groups import as_one_value
from finops_report.commands.options import FILE, KEPT, OUTPUT
from finops_report.commands.values import FiniteRange, WebAddress

if TYPE_CHECKING:
    from typing import Literal

    from finops_report.delivery.mail import Envelope, Server
    from finops_report.delivery.mail.message import Kind
    from finops_report.delivery.mail.server import Tls

PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Addressing(NamedTuple):
    """Who writes to whom, as the options have it."""

    receivers: tuple[str, ...]
    sender: str
    reply_to: str | None

    def envelope(self) -> Envelope:
        """Return sender and receivers; an option may name several, with commas."""
        from finops_report.delivery.mail import Envelope
        from finops_report.delivery.mail.addresses import split_addresses

        everybody = (one for written in self.receivers for one in split_addresses(written))
        return Envelope(self.sender, tuple(everybody), self.reply_to)


class ServerOptions(NamedTuple):
    """Where the mail is handed in, as the options have it."""

    host: str | None
    port: int | None
    tls: Tls
    ca_file: Path | None
    user: str | None

    def server(self) -> Server:
        """Return the server with what the environment knows of it. Raises ConfigError for a user without password."""
        from finops_report.delivery.mail import Server

        return Server(
            host=self.host or os.environ.get("FINOPS_SMTP_HOST") or "localhost",
            port=self.port or PORTS[self.tls],
            tls=self.tls,
            user=self.user,
            password=mail_password(self.user),
            ca_file=self.ca_file,
        )


class AttachmentOptions(NamedTuple):
    """What goes with the mail: 'html', 'zip', 'pdf' or 'none', up to how many MB, and where else the report is."""

    attach: Kind | Literal["none"]
    max_attachment_mb: float
    link: str | None


class SendingOptions(NamedTuple):
    """Whether the mail is sent at all, and to whom again."""

    dry_run: Path | None
    sent_log: Path
    resend: bool


addressing_options = as_one_value(
    "addressing",
    Addressing,
    click.option(
        "--to", "receivers", multiple=True, required=True, help="An address; again, or with commas, for more."
    ),
    click.option("--from", "sender", required=True, help="The sender, as 'FinOps <finops@example.com>'."),
    click.option("--reply-to", help="Where answers go."),
)
server_options = as_one_value(
    "smtp",
    ServerOptions,
    click.option("--host", help="The SMTP server.  [default: FINOPS_SMTP_HOST, else localhost]"),
    click.option("--port", type=click.IntRange(1, 65535), help="Its port.  [default: 587, 465 or 25 by --tls]"),
    click.option("--tls", type=click.Choice(["starttls", "tls", "none"]), default="starttls", show_default=True),
    click.option("--ca-file", type=FILE, help="Certificates to trust besides the system's, in PEM form."),
    click.option("--user", help="User name; its password is in FINOPS_SMTP_PASSWORD or FINOPS_SMTP_PASSWORD_FILE."),
)
attachment_options = as_one_value(
    "attachment",
    AttachmentOptions,
    click.option("--attach", type=click.Choice(["html", "zip", "pdf", "none"]), default="html", show_default=True),
    click.option("--max-attachment-mb", type=FiniteRange(0, min_open=True), default=10.0, show_default=True),
    click.option(
        "--link",
        type=WebAddress(),
        help="Where the report can be opened; alone in the mail when the page is too large.",
    ),
)
sending_options = as_one_value(
    "sending",
    SendingOptions,
    click.option("--dry-run", type=OUTPUT, help="Write the message to this .eml file (- prints it) and send nothing."),
    click.option("--sent-log", type=KEPT, default=Path("output/sent.json"), show_default=True, help="Who got what."),
    click.option("--resend", is_flag=True, help="Send although these readers got this report already."),
)
