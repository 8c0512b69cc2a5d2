"""However a streamed answer is cut into pieces, it is masked as the whole of it would be, and hardly held back."""

from __future__ import annotations

import pytest
from finops_router.guardrails.contract import MOST_HELD, Finding, unfinished_run
from finops_router.guardrails.held_text import HeldText
from finops_router.guardrails.masks import apart, masked
from finops_router.guardrails.personal import personal_finder, unfinished_personal
from finops_router.guardrails.secrets import secret_finder, unfinished_secret
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.finops_router.guardrails.secrets_fixture import JWT, PERSONAL, PRIVATE_KEY, PROSE, SECRETS

SECRET, PERSON = secret_finder(), personal_finder([*PERSONAL])
WORDS = st.sampled_from(
    [*PROSE.split(" "), "\n", "。日本語の文", "bearer", "DE89", "4111", "+49", "-----BEGIN", "ghp_", "a@b"]
)
THINGS = st.sampled_from([*SECRETS.values(), *PERSONAL.values(), JWT, f"Bearer {'x1' * 20}"])
TEXTS = st.lists(st.one_of(WORDS, WORDS, THINGS), max_size=12).map(" ".join)


def streamed(text: str, sizes: list[int], held: HeldText) -> str:
    sent, at = "", 0
    for size in sizes:
        sent += held.push(text[at : at + size])
        at += size
    return sent + held.push(text[at:]) + held.end()


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.lists(st.integers(1, 40), max_size=60))
@example(f"see {SECRETS['GitHub token']} now", [10, 5, 1, 1])
@example(f"see {PERSONAL['iban']} now", [1] * 40)
def test_pieces_are_masked_as_the_whole(text: str, sizes: list[int]) -> None:
    for find, unfinished in ((SECRET, unfinished_secret), (PERSON, unfinished_personal)):
        held = HeldText(find, unfinished)
        assert streamed(text, sizes, held) == masked(text, apart(find(text)))
        assert len(held.found) == len(apart(find(text)))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300))
@example(1)
def test_a_long_private_key_is_masked_at_any_size_of_pieces(size: int) -> None:
    text = f"Here it is:\n{PRIVATE_KEY}\nKeep it well, and tell nobody of it."
    held = HeldText(SECRET, unfinished_secret)
    sent = streamed(text, [size] * (len(text) // size), held)
    assert sent == "Here it is:\n[private key]\nKeep it well, and tell nobody of it."
    assert held.found == ["private key"]


@pytest.mark.parametrize("size", [1, 7, 400])
def test_a_key_without_end_is_masked_and_what_follows_it_is_not(size: int) -> None:
    text = f"{'x' * 20} {SECRETS['key']}{'a1' * 600} and so on"
    sent = streamed(text, [size] * (len(text) // size), HeldText(SECRET, unfinished_secret))
    assert sent == f"{'x' * 20} [key] and so on"


def test_prose_is_a_word_behind_at_most() -> None:
    held = HeldText(SECRET, unfinished_secret)
    for end in range(1, len(PROSE)):
        sent = held.push(PROSE[end - 1])
        assert PROSE[:end].endswith(sent)
    assert len(held.end()) <= max(len(word) for word in PROSE.split(" "))


def test_no_more_is_held_than_the_bound() -> None:
    held, sent = HeldText(lambda text: [], unfinished_run), 0
    for _ in range(40):
        sent += len(held.push("x" * 40))
    assert 40 * 40 - sent == MOST_HELD


def test_a_text_without_spaces_between_words_flows() -> None:
    held = HeldText(SECRET, unfinished_secret)
    assert held.push("これは長い文です") == "これは長い文です"


def test_words_that_were_sent_say_whether_a_word_begins() -> None:
    def find(text: str) -> list[Finding]:
        return [Finding(0, 3, "start")] if text.startswith("abc") else []

    held = HeldText(find, unfinished_run)
    assert held.push("an abc ") + held.push("abc ") + held.end() == "an abc abc "
