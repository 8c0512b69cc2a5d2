"""A stream of bytes comes apart into its events however it is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from finops_router.errors import StreamCut
from finops_router.providers import sse
from finops_router.providers.sse import EventReader, ServerEvent
from hypothesis import given
from hypothesis import strategies as st

TEXT = "Grüße 🎈"


def events(*chunks: bytes) -> list[ServerEvent]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)] + reader.end()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_three_ways(line_end: bytes) -> None:
    sent = b": hello\nid: 7\nevent: delta\ndata: one\ndata:two\n\nretry: 5\ndata: three\n\n".replace(b"\n", line_end)
    assert events(sent) == [ServerEvent(b"delta", b"one\ntwo"), ServerEvent(b"", b"three")]


def test_a_line_end_that_is_cut_in_two_is_one_line_end() -> None:
    assert events(b"data: one\r", b"\ndata: two\r\n\r\n") == [ServerEvent(b"", b"one\ntwo")]


@given(st.lists(st.integers(0, 80)), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_it_makes_no_difference_where_the_bytes_are_cut(cuts: list[int], line_end: bytes) -> None:
    sent = f'data: {{"text": "{TEXT}"}}\n\n: ping\n\ndata: [DONE]\n\n'.encode().replace(b"\n", line_end)
    bounds = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    parts = [sent[start:end] for start, end in pairwise(bounds)]
    assert events(*parts) == [ServerEvent(b"", f'{{"text": "{TEXT}"}}'.encode()), ServerEvent(b"", b"[DONE]")]


def test_a_mark_of_the_byte_order_and_a_missing_last_line_are_no_matter() -> None:
    assert events(b"\xef\xbb\xbfdata: one\n\ndata: two") == [ServerEvent(b"", b"one"), ServerEvent(b"", b"two")]


def test_a_line_of_json_is_an_event() -> None:
    assert events(b'{"a": 1}\n{"b', b'": 2}\n') == [ServerEvent(b"", b'{"a": 1}'), ServerEvent(b"", b'{"b": 2}')]


def test_a_comment_is_no_part_of_an_event() -> None:
    reader = EventReader()
    assert reader.feed(b": pi") == reader.feed(b"ng\n\n") == []
    assert not reader.is_within_event
    reader.feed(b"data: on")
    assert reader.is_within_event


def test_an_event_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MOST_EVENT_BYTES", 1000)
    reader = EventReader()
    for _ in range(100):
        reader.feed(b"x" * 10)
    with pytest.raises(StreamCut, match="larger"):
        reader.feed(b"x")
