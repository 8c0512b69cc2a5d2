"""Text from data steers no terminal and makes no lines of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.wording.plain import one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb", "a\\x0ab"),
        ("Größe − 模型 🚀", "Größe − 模型 🚀"),
    ],
)
def test_what_would_steer_a_terminal_is_shown_as_its_code(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_a_terminal_gets_nothing_but_letters(text: str) -> None:
    assert printable(text).isprintable()


@given(st.text())
def test_one_line_is_one_line_and_can_be_written(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.encode("utf-8").decode("utf-8") == line
    assert not any(sign < " " or "\x7f" <= sign < "\xa0" for sign in line)


def test_letters_stay_as_they_are() -> None:
    assert one_line("  openai:\n gpt-4o \x00") == "openai: gpt-4o \ufffd"
