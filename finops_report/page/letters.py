"""Write bytes in letters that HTML keeps as they are; report.js reads them back."""

from __future__ import annotations

from dataclasses import dataclass

# No '<' and no '&', which mean something in HTML, and no backslash: 91 letters, so that two of them hold 13 bits.
ALPHABET = "".join(letter for letter in map(chr, range(0x21, 0x7F)) if letter not in "&<\\")
PAIRS = tuple(ALPHABET[bits // 91] + ALPHABET[bits % 91] for bits in range(1 << 13))
BLOCK_BYTES = 13  # eight times 13 bits


@dataclass(frozen=True, slots=True)
class Packed:
    """A text as gzip in letters, and the number of bytes of the gzip, which the letters pad to whole blocks."""

    letters: str
    gzip_bytes: int


def packed(text: str) -> Packed:
    """Return a text compressed to the same letters on every machine."""
    # Not zlib, whose bytes differ between machines. Imported here because it is not needed to print --help.
    import zopfli.gzip  # type: ignore[import-untyped] # it ships no types  # noqa: PLC0415

    found = zopfli.gzip.compress(text.encode(), numiterations=1)
    return Packed(in_letters(found), len(found))


def in_letters(content: bytes) -> str:
    """Return bytes in letters: 1.23 for each, as base85 has 1.25 and base64 1.33."""
    padded = content + bytes(-len(content) % BLOCK_BYTES)
    pairs, blocks = PAIRS, []
    for start in range(0, len(padded), BLOCK_BYTES):
        block = int.from_bytes(padded[start : start + BLOCK_BYTES], "big")
        blocks.append(  # written out: a loop of its own takes three times as long, and there are 100,000 blocks
            f"{pairs[block >> 91]}{pairs[block >> 78 & 8191]}{pairs[block >> 65 & 8191]}{pairs[block >> 52 & 8191]}"
            f"{pairs[block >> 39 & 8191]}{pairs[block >> 26 & 8191]}{pairs[block >> 13 & 8191]}{pairs[block & 8191]}"
        )
    return "".join(blocks)
