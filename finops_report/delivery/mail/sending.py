"""Hand a message to an SMTP server: encrypted, patient with what passes, plain about what does not."""

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
WAITS_S = (2.0, 8.0, 30.0)  # between the tries: a greylisting server wants a while
LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in; `ca_file` holds further certificates to trust, None trusts the system's."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None


def send(
    message: EmailMessage, receivers: frozenset[str], server: Server, sleep: Callable[[float], None]
) -> frozenset[str]:
    """Send to `receivers` and return those the server took it for: all of them, or MailError is raised.

    What may pass (no connection, 4xx) is tried up to four times; what will not (5xx) is not.
    `PartlySentError` is the MailError that says who got it although others did not.
    """
    _never_in_the_clear(server)
    waiting, refused = set(receivers), dict[str, str]()
    for wait_s in (*WAITS_S, None):
        try:
            answers = _hand_in(message, sorted(waiting), server)
        except (smtplib.SMTPException, OSError) as err:
            if wait_s is None or not _may_pass(err):
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
    """Some receivers were refused; `sent` got it."""

    def __init__(self, refused: Mapping[str, str], sent: frozenset[str]) -> None:
        said = "; ".join(f"{one}: {why}" for one, why in sorted(refused.items()))
        super().__init__(f"Not taken for {said}", "check these addresses; a rerun sends to them alone")
        self.sent = sent


def _never_in_the_clear(server: Server) -> None:
    if server.tls == "none" and server.password:
        raise MailError("A password would be sent in the clear", "use --tls starttls or tls, or unset the password")


def _hand_in(message: EmailMessage, receivers: list[str], server: Server) -> dict[str, tuple[int, str]]:
    """Try once; return the answers to those receivers that were not taken."""
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


def _may_pass(err: Exception) -> bool:
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
        said = err.smtp_error.decode("utf-8", "replace") if isinstance(err.smtp_error, bytes) else str(err.smtp_error)
        return MailError(f"{place} refused the mail: {err.smtp_code} {said}", "the server's answer says why")
    return MailError(f"{place} cannot be reached: {err}", "check --host and --port; nothing was sent")
