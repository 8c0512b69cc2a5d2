"""Judge how a hand-in failed: whether trying again can help, and what the reader can do about it."""

from __future__ import annotations

import smtplib
import socket
import ssl

from finops_report.delivery.mail.server import Server
from finops_report.errors import MailError


def is_temporary(err: Exception) -> bool:
    """Return whether the same hand-in may succeed later: no connection, or an answer that begins with a 4."""
    if isinstance(err, smtplib.SMTPServerDisconnected):
        return True
    if isinstance(err, smtplib.SMTPResponseException):
        return 400 <= err.smtp_code < 500
    if isinstance(err, socket.gaierror):
        return err.errno == socket.EAI_AGAIN
    return isinstance(err, OSError) and not isinstance(err, ssl.SSLError | smtplib.SMTPException)


def explained(err: Exception, server: Server) -> MailError:
    """Return what went wrong in words, with the server's own reason, and what to check."""
    if isinstance(err, smtplib.SMTPException):
        return _answered(err, server.place)
    if isinstance(err, ssl.SSLCertVerificationError):
        return MailError(
            f"The certificate of {server.place} cannot be trusted: {err.verify_message}", "name its CA: --ca-file"
        )
    if isinstance(err, ssl.SSLError):
        return MailError(
            f"{server.place} cannot be reached by TLS: {err.reason or err}", "use --tls starttls, or another port"
        )
    return MailError(f"{server.place} cannot be reached: {err}", "check --host and --port; nothing was sent")


def _answered(err: smtplib.SMTPException, place: str) -> MailError:
    if isinstance(err, smtplib.SMTPAuthenticationError):
        return MailError(
            f"{place} does not accept the user or the password: {err.smtp_code} {text_of(err.smtp_error)}",
            "check --user and FINOPS_SMTP_PASSWORD; the server's answer gives the reason",
        )
    if isinstance(err, smtplib.SMTPNotSupportedError):
        return MailError(f"{place} cannot do what is asked: {err}", "use --tls tls, or another port")
    if isinstance(err, smtplib.SMTPResponseException):
        return MailError(
            f"{place} refused the mail: {err.smtp_code} {text_of(err.smtp_error)}",
            "the server's answer gives the reason",
        )
    return MailError(f"{place} closed the connection: {err}", "check --tls and --port; nothing was sent")


def text_of(answer: bytes | str) -> str:
    """Return a server's answer on one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())
