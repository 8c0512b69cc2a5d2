"""Letters hold any bytes, are none that HTML reads as its own, and are the same for the same text."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.page.letters import in_letters, packed
from tests.conftest import from_letters


@given(st.binary(max_size=60))
def test_bytes_are_read_back_from_letters(content: bytes) -> None:
    assert from_letters(in_letters(content))[: len(content)] == content


@pytest.mark.parametrize("byte", range(256))
def test_no_letter_means_anything_in_html(byte: int) -> None:
    letters = in_letters(bytes([byte]) * 26)
    assert len(letters) == 32
    assert letters.isascii()
    assert letters.isprintable()
    assert not set(letters) & set("&<\\ ")


def test_a_text_comes_back_from_what_is_packed() -> None:
    text = "bars and lines, \N{EURO SIGN} " * 50
    found = packed(text)
    assert gzip.decompress(from_letters(found.letters)[: found.gzip_bytes]).decode() == text
    assert len(found.letters) < len(text) / 5
