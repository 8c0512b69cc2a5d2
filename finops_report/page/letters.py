"""Write bytes in letters that HTML keeps as they are; report.js reads them back."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.page.packing import gzipped

# No '<' and no '&', which mean something in HTML, and no backslash: 91 letters, so that two of them hold 13 bits.
ALPHABET = "".join(letter for letter in map(chr, range(0x21, 0x7F)) if letter not in "&<\\")
LETTERS = ALPHABET.encode().ljust(256)  # of 0 to 90
OF_91 = -(-(1 << 20) // 91)  # times this, less 20 bits, is divided by 91: exactly so for all numbers of 13 bits
BLOCK_BYTES = 13  # eight times 13 bits


@dataclass(frozen=True, slots=True)
class Packed:
    """A text as gzip in letters, and the number of bytes of the gzip, which the letters pad to whole blocks."""

    letters: str
    gzip_bytes: int


def packed(text: str) -> Packed:
    """Return a text compressed to the same letters on every machine."""
    found = gzipped(text)
    return Packed(in_letters(found), len(found))


def in_letters(content: bytes) -> str:
    """Return bytes in letters: 1.23 for each, as base85 has 1.25 and base64 1.33."""
    blocks = content + bytes(-len(content) % BLOCK_BYTES)
    places = 16 * (len(blocks) // BLOCK_BYTES)  # two bytes for each 13 bits
    return _pairs(_spread(blocks, places), places).to_bytes(places, "big").translate(LETTERS).decode("ascii")


def _spread(blocks: bytes, places: int) -> int:
    """Return whole blocks as one number in which each 13 bits have two bytes of their own.

    All blocks at once: a loop over them takes eight times as long. Each block gets 16 bytes; then of what still lies
    together each half gets the same place, until there are 13 bits to a place.
    """
    wide = bytearray(places)
    for byte in range(BLOCK_BYTES):
        wide[byte + 3 :: 16] = blocks[byte::BLOCK_BYTES]
    bits = int.from_bytes(wide, "big")
    for lane_bytes, half_bits in ((16, 52), (8, 26), (4, 13)):
        low = _in_each((1 << half_bits) - 1, lane_bytes, places)
        bits = (bits & low) | ((bits & (low << half_bits)) << (4 * lane_bytes - half_bits))
    return bits


def _pairs(bits: int, places: int) -> int:
    """Return the same with each two bytes divided by 91: the quotient in the first one, the rest in the second."""
    alone, quotient = _in_each(0xFFFF, 4, places), _in_each(0x7F, 4, places)
    last = ((bits & alone) * OF_91 >> 20) & quotient  # of the last two of each four bytes, so that products have room
    first = ((bits >> 16 & alone) * OF_91 >> 20) & quotient
    return bits + (256 - 91) * (last | first << 16)


def _in_each(value: int, lane_bytes: int, places: int) -> int:
    """Return a number of so many places that has `value` at the end of each lane."""
    return int.from_bytes(value.to_bytes(lane_bytes, "big") * (places // lane_bytes), "big")
