"""Open a connection to the SMTP server: encrypted, logged in, and never waiting long for a dead host."""

from __future__ import annotations

import base64
import hmac
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from finops_report.errors import ConfigError, MailError

Tls = Literal["starttls", "tls", "none"]
CONNECT_LIMIT_S = 15.0  # a host that does not answer by then is dead or behind a firewall
ANSWER_LIMIT_S = 60.0
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")  # ways to log in with a password, the simplest first: the channel is sealed
NOT_THIS_MECHANISM = 504


@dataclass(frozen=True, slots=True)
class Server:
    """The SMTP server; `ca_file` has certificates to trust besides the system's."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"


def check(server: Server) -> ssl.SSLContext:
    """Return the certificates to trust, before any connection is made.

    Raises ConfigError if the host's name cannot be one or `ca_file` has no certificates, MailError if a password
    would be sent in the clear.
    """
    if server.tls == "none" and server.password:
        raise MailError("A password would be sent in the clear", "use --tls starttls or tls, or unset the password")
    try:
        named = bool(server.host.encode("idna")) and server.host.isprintable() and " " not in server.host
    except UnicodeError:  # an empty label as in 'smtp..example.com', or one that is too long
        named = False
    if not named:
        raise ConfigError(f"Not the name of a server: {server.host!r}", "check --host: a name as smtp.example.com")
    context = ssl.create_default_context()
    if server.ca_file is not None:
        try:
            context.load_verify_locations(cafile=str(server.ca_file))
        except (OSError, ValueError) as err:
            raise ConfigError(
                f"No certificates in {server.ca_file}: {err}", "give --ca-file a file of certificates in PEM form"
            ) from err
    return context


@contextmanager
def connected(server: Server, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """Open a connection and take leave of the server at the end, whose answer to that changes nothing.

    Raises as `_opened` does.
    """
    connection = _opened(server, context)
    try:
        yield connection
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()  # without QUIT if something failed: in the middle of a mail it would be read as its content


def _opened(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    """Return an open connection, encrypted as asked and logged in if there is a user.

    Raises SMTPException or OSError if it cannot be made, MailError if the server takes no password.
    """
    if server.tls == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=CONNECT_LIMIT_S, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=CONNECT_LIMIT_S)
    try:
        if connection.sock is not None:
            connection.sock.settimeout(ANSWER_LIMIT_S)
        if server.tls == "starttls":
            connection.starttls(context=context)
        connection.ehlo_or_helo_if_needed()
        if server.user and server.password:
            _log_in(connection, server, server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, server: Server, user: str, password: str) -> None:
    """Log in with letters of any language, as smtplib cannot. Raises SMTPAuthenticationError or MailError."""
    offered = connection.esmtp_features.get("auth", "").upper().split()
    code, answer = NOT_THIS_MECHANISM, b""
    for mechanism in (one for one in MECHANISMS if one in offered):
        code, answer = _authenticated(connection, mechanism, user.encode(), password.encode())
        if code != NOT_THIS_MECHANISM:
            break
    if code == NOT_THIS_MECHANISM:
        others = ", ".join(one for one in offered if one not in MECHANISMS) or "nothing"
        raise MailError(
            f"{server.place} takes no user and password: it offers {others}",
            "ask for an app password or an SMTP relay; OAuth is not supported",
        )
    if code not in {235, 503}:  # 503: logged in already
        raise smtplib.SMTPAuthenticationError(code, answer)


def _authenticated(connection: smtplib.SMTP, mechanism: str, user: bytes, password: bytes) -> tuple[int, bytes]:
    """Return the server's answer to one way of logging in (RFC 4616 for PLAIN, RFC 2195 for CRAM-MD5)."""
    if mechanism == "PLAIN":
        return connection.docmd("AUTH", "PLAIN " + _coded(b"\0" + user + b"\0" + password))
    code, answer = connection.docmd("AUTH", mechanism)
    if code != 334:
        return code, answer
    if mechanism == "CRAM-MD5":
        challenge = base64.b64decode(answer)
        return connection.docmd(_coded(user + b" " + hmac.new(password, challenge, "md5").hexdigest().encode()))
    code, answer = connection.docmd(_coded(user))
    return connection.docmd(_coded(password)) if code == 334 else (code, answer)


def _coded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
