"""A real receiver of webhooks on loopback, with or without TLS."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme


@dataclass(frozen=True, slots=True)
class Taken:
    """A request as the receiver saw it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What is on loopback: answers by turn (200 when they are used up; 0 closes without one), and what was posted."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    posted: list[Taken] = field(default_factory=list)
    address: str = ""
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)


@contextmanager
def receiving(tls: bool) -> Iterator[Receiver]:
    """Serve until the block ends."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server calls it by this name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.posted.append(Taken(self.path, dict(self.headers), body))
            status, headers = found.answers.pop(0) if found.answers else (200, {})
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name in the base class
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            ca = trustme.CA()
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            ca.issue_cert("127.0.0.1").configure_cert(context)
            ca.configure_trust(found.trust)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        found.address = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/services/T0/SECRET?sig=HIDDEN"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(params=[False, True], ids=["http", "https"])
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    with receiving(request.param) as found:
        yield found
