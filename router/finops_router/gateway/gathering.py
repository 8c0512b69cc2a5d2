"""Write all parts of an answer at once: each write is a call of the system, and may wake a client for half of it."""

from __future__ import annotations

import asyncio
from typing import Any

MOST_GATHERED = 65_536  # bytes; what is more goes out at once, so that a client that does not read is noticed


class GatheringTransport(asyncio.Transport):
    """A transport that keeps what is written until `flush`, at most until the event loop's next turn.

    Whatever else it is asked, the `transport` below answers. What is kept goes out before it closes; `abort` drops it.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._kept: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> None:
        """Keep `data`, bytes-like, and write it soon."""
        if not self._kept:
            self._loop.call_soon(self.flush)
        self._kept.append(data)
        self._size += len(data)
        if self._size > MOST_GATHERED:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        if not self._kept:
            return
        kept, self._kept, self._size = self._kept, [], 0
        self._transport.write(kept[0] if len(kept) == 1 else b"".join(kept))

    def close(self) -> None:
        """Write what is kept, and close."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once, whatever is kept."""
        self._kept, self._size = [], 0
        self._transport.abort()

    def write_eof(self) -> None:
        """Write what is kept, and then no more."""
        self.flush()
        self._transport.write_eof()

    def can_write_eof(self) -> bool:
        """Return whether `write_eof` is supported."""
        return self._transport.can_write_eof()

    def is_closing(self) -> bool:
        """Return whether it is closed or about to be."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what is known of the connection by this name."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Receive no more data for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Receive data again."""
        self._transport.resume_reading()

    def is_reading(self) -> bool:
        """Return whether data is received."""
        return self._transport.is_reading()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set from how many bytes on, and below how many, writing is paused and resumed."""
        self._transport.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        """Return how many bytes are not with the system yet, those that are kept among them."""
        return self._size + self._transport.get_write_buffer_size()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Let `protocol` have what comes from now on."""
        self._transport.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the protocol."""
        return self._transport.get_protocol()
