"""Bring a built report to its readers: the commands mail, publish, encrypt and summary."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from finops_report.errors import ConfigError, MailError, OutputError

if TYPE_CHECKING:
    from finops_report.delivery.encryption import Seal
    from finops_report.delivery.mail import Attachment
    from finops_report.document import Digest

FILE = click.Path(path_type=Path)
PAGE = click.option(
    "--report", "page", type=FILE, default=Path("output/report.html"), show_default=True, help="The page."
)
FIGURES = click.option("--json", "figures", type=FILE, help="Its figures.  [default: beside the page]")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@click.command()
@PAGE
@FIGURES
@click.option("--to", "receivers", multiple=True, required=True, help="An address; again, or with commas, for more.")
@click.option("--from", "sender", required=True, help="The sender, as 'FinOps <finops@example.com>'.")
@click.option("--reply-to", help="Where answers go.")
@click.option("--host", help="The SMTP server.  [default: FINOPS_SMTP_HOST, else localhost]")
@click.option("--port", type=click.IntRange(1, 65535), help="Its port.  [default: 587, 465 or 25 by --tls]")
@click.option("--tls", type=click.Choice(["starttls", "tls", "none"]), default="starttls", show_default=True)
@click.option("--ca-file", type=FILE, help="Further certificates to trust.")
@click.option("--user", help="User name; its password is in FINOPS_SMTP_PASSWORD or FINOPS_SMTP_PASSWORD_FILE.")
@click.option("--attach", type=click.Choice(["html", "zip", "pdf", "none"]), default="html", show_default=True)
@click.option("--max-attachment-mb", type=click.FloatRange(0, min_open=True), default=10.0, show_default=True)
@click.option("--link", help="Where the report can be opened; alone in the mail when the page is too large.")
@click.option("--dry-run", type=FILE, help="Write the message to this .eml file and send nothing.")
@click.option("--sent-log", type=FILE, default=Path("output/sent.json"), show_default=True, help="Who got what.")
@click.option("--resend", is_flag=True, help="Send although these readers got this report already.")
def mail(
    page: Path,
    figures: Path | None,
    receivers: tuple[str, ...],
    sender: str,
    reply_to: str | None,
    host: str | None,
    port: int | None,
    tls: str,
    ca_file: Path | None,
    user: str | None,
    attach: str,
    max_attachment_mb: float,
    link: str | None,
    dry_run: Path | None,
    sent_log: Path,
    resend: bool,
) -> None:
    """Send the built report: five answers in the mail, the page attached."""
    from finops_report.delivery.mail import Envelope, SentLog, Server, compose, send_once
    from finops_report.document import read_digest
    from finops_report.files import write_whole

    digest = read_digest(figures or page.with_suffix(".json"))
    everybody = tuple(one.strip() for written in receivers for one in written.split(",") if one.strip())
    attachment = _attachment(page, digest, attach, max_attachment_mb, link)
    message = compose(digest, Envelope(sender, everybody, reply_to), attachment, link, datetime.now(UTC))
    if dry_run is not None:
        write_whole({dry_run: message.as_bytes()})
        click.echo(f"not sent: {dry_run}")
        return
    server = Server(
        host=host or os.environ.get("FINOPS_SMTP_HOST") or "localhost",
        port=port or PORTS[tls],
        tls=tls,  # type: ignore[arg-type] # click allows no other
        user=user,
        password=_password(user),
        ca_file=ca_file,
    )
    sent = send_once(message, server, SentLog(sent_log), time.sleep, resend)
    click.echo(f"sent to {', '.join(sorted(sent))}" if sent else "sent already: --resend sends it again")


def _password(user: str | None) -> str | None:
    """The password of `user`, None for nobody. Raises ConfigError when there is none."""
    found = None if user is None else _secret("FINOPS_SMTP_PASSWORD")
    if user is not None and not found:
        raise ConfigError(f"No password for {user}", "put it into FINOPS_SMTP_PASSWORD")
    return found


def _secret(name: str) -> str | None:
    """What the environment variable `name` holds, or the file that `name`_FILE names. Raises ConfigError."""
    file = os.environ.get(f"{name}_FILE")
    try:
        return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name)
    except (OSError, UnicodeDecodeError) as err:
        raise ConfigError(f"The secret cannot be read: {file}", f"check {name}_FILE") from err


def _read(page: Path) -> bytes:
    try:
        return page.read_bytes()
    except OSError as err:
        raise OutputError(f"No report: {page}", "build it first: finops-report build") from err


def _attachment(page: Path, digest: Digest, kind: str, most_mb: float, link: str | None) -> Attachment | None:
    """The page as it is to be attached; None when it is too large and a link stands in for it."""
    from finops_report.delivery.mail.message import Attachment, zipped
    from finops_report.delivery.mail.pdf import printed_pdf

    if kind == "none":
        return None
    content = _read(page)
    name = f"llm-spend-{digest.key}"
    if kind == "zip":
        content = zipped(content, name)
    elif kind == "pdf":
        content = printed_pdf(page)
    if len(content) <= most_mb * 1e6:
        return Attachment(content, kind, name)  # type: ignore[arg-type] # click allows no other
    if link is None:
        raise MailError(
            f"The attachment is too large: {len(content) / 1e6:.1f} MB of {most_mb:g} MB",
            "give --link, --attach zip, or a higher --max-attachment-mb",
        )
    return None


@click.command()
@PAGE
@FIGURES
@click.option("--site", type=FILE, default=Path("output/site"), show_default=True, help="The folder to publish.")
@click.option("--title", default="LLM spend reports", show_default=True, help="What stands on its index.")
@click.option("--base-url", default="", help="Its address, for the feed.")
@click.option("--keep", type=click.IntRange(1), help="Keep this many reports, the newest.  [default: all]")
@click.option("--encrypt", "sealed", is_flag=True, help="Seal everything with the passphrase in FINOPS_PASSPHRASE.")
def publish(
    page: Path, figures: Path | None, site: Path, title: str, base_url: str, keep: int | None, sealed: bool
) -> None:
    """Add the built report to a folder of all reports, ready for Pages or any web server."""
    from finops_report.delivery.archive import Site
    from finops_report.delivery.archive import publish as add

    seal = _seal() if sealed else None
    kept = add(Site(site, title, base_url, keep, seal), page, figures or page.with_suffix(".json"))
    click.echo(f"{len(kept)} report{'s' if len(kept) > 1 else ''} in {site}/index.html; latest: {kept[0].period}")
    if seal is None:
        click.echo("note: whoever can open the site can read these figures; a Pages site may be public", err=True)


@click.command()
@PAGE
@click.option("--out", type=FILE, required=True, help="The sealed page.")
def encrypt(page: Path, out: Path) -> None:
    """Seal the report with the passphrase in FINOPS_PASSPHRASE (or in the file FINOPS_PASSPHRASE_FILE)."""
    from finops_report.files import write_whole

    write_whole({out: _seal().page(_read(page))})
    click.echo(f"sealed: {out}")


def _seal() -> Seal:
    """What seals with the passphrase of the environment. Raises ConfigError where there is none."""
    from finops_report.delivery.encryption import Seal

    passphrase = _secret("FINOPS_PASSPHRASE")
    if not passphrase:
        raise ConfigError(
            "No passphrase", "put it into FINOPS_PASSPHRASE, or its file's name into FINOPS_PASSPHRASE_FILE"
        )
    return Seal(passphrase, os.urandom)


@click.command()
@click.option(
    "--json", "figures", type=FILE, default=Path("output/report.json"), show_default=True, help="The figures."
)
@click.option("--format", "form", type=click.Choice(["markdown", "outputs"]), default="markdown", show_default=True)
def summary(figures: Path, form: str) -> None:
    """Print the total and the five answers: Markdown, or name=value lines for a workflow."""
    from finops_report.delivery.summary import markdown, outputs
    from finops_report.document import read_digest

    click.echo({"markdown": markdown, "outputs": outputs}[form](read_digest(figures)), nl=False)
