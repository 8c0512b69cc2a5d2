"""Find personal data in a text: what has a shape and a checksum, or a plan of numbers, that tells it from other words.

Checksums are python-stdnum's, telephone numbers phonenumbers' (Google's libphonenumber). Names and addresses have
neither: a guardrail for them is one's own function, over a model of language (docs/guardrails.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from importlib import import_module
from typing import Any

from finops_router.errors import ConfigError
from finops_router.guardrails.contract import MOST_HELD, Finding, unfinished_run

Find = Callable[[str], Iterator[Finding]]
EMAIL = re.compile(r"(?<![\w.%+'-])[\w.%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
CARD = re.compile(r"(?<![\d.-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}(?![A-Za-z0-9])")
OFFICIAL = re.compile(r"(?<![\w.-])(?=[A-Z]{0,4}\d)[A-Z0-9](?:[ ./-]?[A-Z0-9]){6,17}(?![\w-])")
PHONE = re.compile(r"(?<![\w+])\+\d[\d ()./-]{5,18}\d(?!\w)")
UNFINISHED = re.compile(r"(?<![\w.-])[+(]?[A-Z0-9][A-Z0-9 ()./+-]*\Z")  # numbers have spaces in them


def personal_finder(finds: Collection[str]) -> Callable[[str], list[Finding]]:
    """Return what finds the kinds of personal data that `finds` names in a text.

    They are 'email', 'card', 'iban', 'phone' (with its country: without it, every other number in prose is one), and
    official numbers as python-stdnum names them ('us.ssn'). Raises ConfigError if a library is not installed or has no
    such number.
    """
    finders = [_finder(one) for one in sorted(finds)]

    def find(text: str) -> list[Finding]:
        return [found for finder in finders for found in finder(text)]

    return find


def unfinished_personal(text: str) -> int:
    """Return where the end of `text` begins that may become part of personal data."""
    number = UNFINISHED.search(text, max(0, len(text) - MOST_HELD))
    return min(unfinished_run(text), number.start() if number else len(text))


def _finder(kind: str) -> Find:
    if kind == "email":
        return lambda text: _matches(EMAIL, text, "e-mail address") if "@" in text else iter(())
    if kind == "phone":
        return _phones()
    if kind == "iban":
        return _numbers(IBAN, _stdnum("stdnum.iban").is_valid, "IBAN")
    if kind == "card":
        is_card = _stdnum("stdnum.luhn").is_valid
        return lambda text: (
            one for one in _matches(CARD, text, "card number") if is_card(re.sub("[ -]", "", text[one.start : one.end]))
        )
    return _numbers(OFFICIAL, _stdnum(f"stdnum.{kind}").is_valid, kind)


def _matches(shape: re.Pattern[str], text: str, kind: str) -> Iterator[Finding]:
    return (Finding(match.start(), match.end(), kind) for match in shape.finditer(text))


def _numbers(shape: re.Pattern[str], is_valid: Callable[[str], bool], kind: str) -> Find:
    """Return what finds numbers in groups, after which other words in capitals may follow."""

    def find(text: str) -> Iterator[Finding]:
        for match in shape.finditer(text):
            words, end = match[0], len(match[0])
            while end > 0 and not is_valid(words[:end]):
                end = words.rfind(" ", 0, end)
            if end > 0:
                yield Finding(match.start(), match.start() + end, kind)

    return find


def _phones() -> Find:
    phonenumbers = _library("phonenumbers", "phonenumbers")

    def is_valid(words: str) -> bool:
        try:
            return bool(phonenumbers.is_valid_number(phonenumbers.parse(words)))
        except phonenumbers.NumberParseException:
            return False

    return _numbers(PHONE, is_valid, "telephone number")


def _stdnum(module: str) -> Any:
    return _library(module, "python-stdnum")


def _library(module: str, name: str) -> Any:
    try:
        return import_module(module)
    except ImportError as err:
        missing = (err.name or "").split(".")[0]
        if missing == module.split(".", maxsplit=1)[0] and missing != err.name:
            raise ConfigError(f"{name} knows no number {module.removeprefix('stdnum.')}", "see its list") from err
        raise ConfigError(f"A guardrail for personal data needs {name}", "install finops-report[guardrails]") from err
