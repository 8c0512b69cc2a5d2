"""Letters hold any bytes, are none that HTML reads as its own, and are the same for the same text."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.page.letters import ALPHABET, in_letters, packed
from tests.conftest import from_letters


@given(st.binary(max_size=60))
def test_bytes_are_read_back_from_letters(content: bytes) -> None:
    assert from_letters(in_letters(content))[: len(content)] == content


def test_every_13_bits_are_read_back() -> None:
    every = int("".join(f"{bits:013b}" for bits in range(1 << 13)), 2).to_bytes(13 << 10, "big")
    letters = in_letters(every)
    assert from_letters(letters) == every
    assert [letters[at : at + 2] for at in (0, 180, 182, 2 * 8191)] == [
        "!!",
        "!" + ALPHABET[90],
        '"!',
        ALPHABET[90] + '"',
    ]


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
