"""A real SMTP server on loopback with TLS and AUTH, and a built report to send."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailServer:
    """An SMTP server on loopback: its answers by receiver (each used once, in order), and the mails it accepted.

    `data_answers` are those to the content, in order; 'close' takes the mail and closes the connection in place of one.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    data_answers: list[str] = field(default_factory=list)
    accepted: list[tuple[list[str], bytes]] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    ca_file: Path = Path()

    async def handle_MAIL(  # noqa: N802 -- the server calls it by this name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.connections += 1
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        waiting = self.answers.get(address, [])
        answer = waiting.pop(0) if waiting else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        answer = self.data_answers.pop(0) if self.data_answers else "250 accepted"
        if answer[0] in "2c":
            self.accepted.append((list(envelope.rcpt_tos), envelope.content))
        if answer == "close":
            server.transport.close()
        return answer


REASON = "SmtpClientAuthentication is disabled for the tenant"
ACCOUNTS = ((b"finops", b"right"), (b"finops", "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n".encode()))


def authenticate(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) in ACCOUNTS
    return AuthResult(success=right, handled=False, message=None if right else f"535 5.7.139 {REASON}")


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    with serving(MailServer(), tmp_path) as found:
        yield found


@contextmanager
def serving(found: MailServer, tmp_path: Path, without: tuple[str, ...] = ()) -> Iterator[MailServer]:
    """Let `found` serve on loopback, with a certificate of its own and all ways to log in but those `without`."""
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    found.ca_file = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(found.ca_file))
    with socket.socket() as free:  # the controller cannot tell which port the system chose
        free.bind(("127.0.0.1", 0))
        found.port = free.getsockname()[1]
    server = Controller(
        found,
        hostname="127.0.0.1",
        port=found.port,
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_exclude_mechanism=without,
    )
    server.start()
    try:
        yield found
    finally:
        server.stop()
