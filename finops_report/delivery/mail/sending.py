"""Send a message by SMTP: encrypted, with retries for temporary failures and clear errors for permanent ones."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from finops_report.errors import MailError

Tls = Literal["starttls", "tls", "none"]
WAITS_S = (2.0, 8.0, 30.0)  # between attempts: greylisting servers need a while
LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """The SMTP server; `ca_file` has the certificates to trust instead of the system's."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None


def send(
    message: EmailMessage, receivers: frozenset[str], server: Server, sleep: Callable[[float], None]
) -> frozenset[str]:
    """Send to `receivers` and return them; raises MailError if the server does not accept it for all of them.

    Temporary failures (no connection, 4xx) are retried up to three times, permanent ones (5xx) are not. The error is
    a PartlySentError, which names who got it, if the server accepted it for some.
    """
    _never_in_the_clear(server)
    waiting, refused = set(receivers), dict[str, str]()
    for wait_s in (*WAITS_S, None):
        try:
            answers = _hand_in(message, sorted(waiting), server)
        except (smtplib.SMTPException, OSError) as err:
            if wait_s is None or not _is_temporary(err):
                raise _failed(err, server, receivers - waiting - refused.keys()) from err
            sleep(wait_s)
            continue
        refused |= {one: why for one, (code, why) in answers.items() if code >= 500}
        waiting = {one for one, (code, _) in answers.items() if code < 500}
        if not waiting or wait_s is None:
            break
        sleep(wait_s)
    lacking = refused | dict.fromkeys(waiting, "not yet: the server asks to try later")
    if lacking:
        raise PartlySentError(lacking, receivers - lacking.keys())
    return receivers


class PartlySentError(MailError):
    """The server refused some receivers; those in `sent` got the mail."""

    def __init__(self, refused: Mapping[str, str], sent: frozenset[str]) -> None:
        reasons = "; ".join(f"{one}: {why}" for one, why in sorted(refused.items()))
        super().__init__(f"Not taken for {reasons}", "check these addresses; a rerun sends to them alone")
        self.sent = sent


def _never_in_the_clear(server: Server) -> None:
    if server.tls == "none" and server.password:
        raise MailError("A password would be sent in the clear", "use --tls starttls or tls, or unset the password")


def _hand_in(message: EmailMessage, receivers: list[str], server: Server) -> dict[str, tuple[int, str]]:
    """Try once; return the answers (code, text) for the receivers that the server did not accept."""
    context = ssl.create_default_context(cafile=None if server.ca_file is None else str(server.ca_file))
    if server.tls == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=LIMIT_S, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=LIMIT_S)
    with connection:
        if server.tls == "starttls":
            connection.starttls(context=context)
        if server.user and server.password:
            connection.login(server.user, server.password)
        try:
            answers = connection.send_message(message, to_addrs=receivers)
        except smtplib.SMTPRecipientsRefused as err:
            answers = err.recipients
    return {one: (code, why.decode("utf-8", "replace")) for one, (code, why) in answers.items()}


def _is_temporary(err: Exception) -> bool:
    if isinstance(err, smtplib.SMTPResponseException):
        return 400 <= err.smtp_code < 500
    if isinstance(err, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return False
    return isinstance(err, smtplib.SMTPServerDisconnected | OSError) and not isinstance(err, FileNotFoundError)


def _failed(err: Exception, server: Server, sent: frozenset[str]) -> MailError:
    place = f"{server.host}:{server.port}"
    if isinstance(err, smtplib.SMTPAuthenticationError):
        return MailError(f"{place} does not accept the user or the password", "check --user and FINOPS_SMTP_PASSWORD")
    if isinstance(err, ssl.SSLCertVerificationError):
        return MailError(
            f"The certificate of {place} cannot be trusted: {err.verify_message}", "name its CA: --ca-file"
        )
    if isinstance(err, smtplib.SMTPNotSupportedError):
        return MailError(f"{place} cannot do what is asked: {err}", "use --tls tls, or another port")
    if isinstance(err, smtplib.SMTPResponseException):
        answer = err.smtp_error.decode("utf-8", "replace") if isinstance(err.smtp_error, bytes) else str(err.smtp_error)
        return MailError(f"{place} refused the mail: {err.smtp_code} {answer}", "the server's answer gives the reason")
    return MailError(f"{place} cannot be reached: {err}", "check --host and --port; nothing was sent")
