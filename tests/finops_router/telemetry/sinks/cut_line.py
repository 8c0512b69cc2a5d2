"""A line to a server that is cut at a chosen moment: as when a client, a server or what lies between them dies."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

BYTES = 2**16


@dataclass
class CutLine:
    """Hands on what a client sends, part by part, until `cuts(number, part)` says that this one is not to arrive.

    With `late` the part that is meant still arrives, and only its answer does not. `when_cut` is called then.
    """

    port: int
    cuts: Callable[[int, bytes], bool]
    late: bool = False
    when_cut: Callable[[], None] = lambda: None
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    parts: int = 0
    is_cut: bool = False

    @property
    def own_port(self) -> int:
        port: int = self.listening.getsockname()[1]
        return port

    def serve(self) -> None:
        """Serve one client after the other until it is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as server:
                    self._hand_on(client, server)

    def _hand_on(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            for one in (client, server):
                ready.register(one, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if not self._handed_on(key.fileobj is client, client, server):
                        return

    def _handed_on(self, is_from_client: bool, client: socket.socket, server: socket.socket) -> bool:
        part = (client if is_from_client else server).recv(BYTES)
        if not part:
            return False
        if is_from_client:
            self.parts += 1
            if not self.is_cut and self.cuts(self.parts, part):
                self.is_cut = True
                if self.late:
                    server.sendall(part)
                    server.recv(BYTES)  # it is done there, and nobody hears of it
                self.when_cut()
                return False
        (server if is_from_client else client).sendall(part)
        return True


@contextmanager
def cut_line(
    port: int,
    cuts: Callable[[int, bytes], bool],
    *,
    late: bool = False,
    when_cut: Callable[[], None] = lambda: None,
) -> Iterator[CutLine]:
    """A line to the server at `port` of this machine."""
    line = CutLine(port, cuts, late, when_cut)
    thread = threading.Thread(target=line.serve)
    thread.start()
    try:
        yield line
    finally:
        line.listening.shutdown(socket.SHUT_RDWR)
        line.listening.close()
        thread.join()
