"""What one answer is made of goes out in one write, and nothing of it is lost or late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from finops_router.gateway.gathering import MOST_GATHERED, GatheringTransport


class Written(asyncio.Transport):
    """A transport that notes what is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[bytes | str] = []

    def write(self, data: Any) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append("closed")

    def abort(self) -> None:
        self.done.append("aborted")

    def write_eof(self) -> None:
        self.done.append("ended")

    def get_write_buffer_size(self) -> int:
        return 7


def after(*steps: Callable[[GatheringTransport], None], turns: int = 0) -> list[bytes | str]:
    """What was done to the transport below after these steps and so many turns of the event loop."""

    async def run() -> list[bytes | str]:
        below = Written()
        transport = GatheringTransport(below, asyncio.get_running_loop())
        for step in steps:
            step(transport)
        for _ in range(turns):
            await asyncio.sleep(0)
        return list(below.done)

    return asyncio.run(run())


def head_and_body(transport: GatheringTransport) -> None:
    transport.write(b"head ")
    transport.write(bytearray(b"body"))


def test_head_and_body_are_one_write_by_the_next_turn_of_the_loop() -> None:
    assert after(head_and_body) == []
    assert after(head_and_body, turns=1) == [b"head body"]


def test_a_flush_writes_at_once_and_the_loop_nothing_more() -> None:
    flush = GatheringTransport.flush
    assert after(head_and_body, flush) == [b"head body"]
    assert after(head_and_body, flush, flush, turns=2) == [b"head body"]


@pytest.mark.parametrize(
    ("ending", "word"), [(GatheringTransport.close, "closed"), (GatheringTransport.write_eof, "ended")]
)
def test_what_is_kept_goes_out_before_the_end(ending: Callable[[GatheringTransport], None], word: str) -> None:
    assert after(head_and_body, ending, turns=1) == [b"head body", word]


def test_an_abort_drops_what_is_kept() -> None:
    assert after(head_and_body, GatheringTransport.abort, turns=1) == ["aborted"]


def test_much_goes_out_at_once_so_that_a_client_that_does_not_read_is_noticed() -> None:
    much = b"x" * MOST_GATHERED
    assert after(head_and_body, lambda transport: transport.write(much)) == [b"head body" + much]


def test_its_size_counts_what_is_kept() -> None:
    async def size() -> int:
        transport = GatheringTransport(Written(), asyncio.get_running_loop())
        head_and_body(transport)
        return transport.get_write_buffer_size()

    assert asyncio.run(size()) == 9 + 7
