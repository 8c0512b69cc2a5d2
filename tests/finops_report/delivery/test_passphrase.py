"""A passphrase has to hold against somebody who has the file: length alone is not enough."""

from __future__ import annotations

import pytest

from finops_report.delivery.passphrase import check_strength, normalized
from finops_report.errors import ConfigError


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        ("short", "too short: 5 letters"),
        (" " * 12, "too short: 0 letters"),
        ("            x", "too short: 1 letters"),
        ("aaaaaaaaaaaa", "Repeats"),
        ("aaaaaaaaaaaa" * 10, "Repeats"),
        ("0123456789abcdef", "Sequences"),
        ("password1234", "very common"),
        ("Sommer2026!!", "too weak"),
        ("finops-report", "too weak"),
        ("5f2c9d1e7b3a", "too weak"),
        ("finops-report finops-report", "too weak"),
        ("finops-report passphrase", "too weak"),
    ],
)
def test_what_is_easily_guessed_is_refused_without_repeating_it(passphrase: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as raised:
        check_strength(passphrase)
    assert len(passphrase.strip()) < 8 or passphrase not in str(raised.value)
    assert "openssl rand" in raised.value.hint


@pytest.mark.parametrize(
    "passphrase", ["correct horse battery staple", "wuxi-lamp-orbit-cedar", "gr\u00fcn wie die Wiese im Mai"]
)
def test_several_words_or_random_letters_are_taken(passphrase: str) -> None:
    check_strength(passphrase)


def test_keyboards_may_spell_it_differently() -> None:
    assert normalized(" gru\u0308n\r\n") == normalized("gr\u00fcn")
