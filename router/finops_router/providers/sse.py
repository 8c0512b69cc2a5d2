"""Take a stream of bytes apart into server-sent events, or into the lines of JSON that some servers send instead."""

from __future__ import annotations

from typing import NamedTuple

from finops_router.errors import StreamCut

MOST_EVENT_BYTES = 64 * 1024 * 1024  # a picture in an answer takes a few; more is a server gone wrong
BOM = b"\xef\xbb\xbf"


class ServerEvent(NamedTuple):
    """One event: the `name` of its `event:` line, empty without one, and its data, not decoded yet."""

    name: bytes
    data: bytes


class EventReader:
    """Holds what has come of the event that is not complete yet; bytes are never decoded before their event is whole.

    Lines end with LF, CRLF or CR; comments, `id:` and `retry:` are passed over. A line that starts with `{` is an event
    of its own. https://html.spec.whatwg.org/multipage/server-sent-events.html
    """

    def __init__(self) -> None:
        self._line: list[bytes] = []  # pieces of a line without its end
        self._data: list[bytes] = []
        self._name = b""
        self._size = 0
        self._after_cr = False
        self._is_first = True

    @property
    def is_within_event(self) -> bool:
        """Whether part of an event has come: what came last was more than a comment."""
        return bool(self._data) or bool(self._line and not self._line[0].startswith(b":"))

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the events that `chunk` completes; raises StreamCut for one that is too large."""
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        if not chunk:
            return []
        self._after_cr = chunk.endswith(b"\r")
        if b"\n" not in chunk and b"\r" not in chunk:
            self._held(chunk)
            return []
        lines = b"".join((*self._line, chunk)).splitlines()
        self._line.clear()
        rest = b"" if chunk[-1] in b"\r\n" else lines.pop()
        if self._is_first:
            self._is_first, lines[0] = False, lines[0].removeprefix(BOM)
        found: list[ServerEvent] = []
        for line in lines:
            self._take(line, found)
        if not self._data:
            self._size = 0
        if rest:
            self._held(rest)
        return found

    def end(self) -> list[ServerEvent]:
        """Return the event that was complete but for the empty line after it, once the stream has ended."""
        found: list[ServerEvent] = []
        self._take(b"".join(self._line), found)
        self._take(b"", found)
        return found

    def _held(self, piece: bytes) -> None:
        self._line.append(piece)
        self._size += len(piece)
        if self._size > MOST_EVENT_BYTES:
            raise StreamCut(f"A piece of the answer is larger than {MOST_EVENT_BYTES} bytes")

    def _take(self, line: bytes, found: list[ServerEvent]) -> None:
        if not line:
            if self._data:
                found.append(ServerEvent(self._name, b"\n".join(self._data)))
                self._data = []
            self._name = b""
        elif line.startswith(b"data:"):
            data = line[5:].removeprefix(b" ")
            self._data.append(data)
            self._size += len(data)
        elif line.startswith(b"event:"):
            self._name = line[6:].strip()
        elif line.startswith(b"{"):
            found.append(ServerEvent(b"", line))
