"""Keys of any shape are taken out of text: those that are known by their value, others by shape or context."""

from __future__ import annotations

import base64
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from finops_router.errors import ConfigError, RouterError, Unavailable
from finops_router.providers.keys import api_key
from finops_router.providers.settings import ProviderSettings
from finops_router.redaction import Cause, clean_causes, remember, remember_environment, without_secrets

GOOGLE = "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"
XAI = "xai-8f2kQpL0vYd3nA7sTzB1wXcM"
HEX = "3f2504e04f8911d39a0c0305e82c3301"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
TOGETHER = "tgp_v1_Zk3Qw8mT5rXb2Lp9Vn6Hs1Dc4Fg7Jy0A"
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
ODD = 'p@ss w/"quotes"\\and+plus=7'
KEYS = [
    GOOGLE,
    XAI,
    HEX,
    UUID,
    TOGETHER,
    JWT,
    "sk-proj-abcdefgh12345678",
    "gsk_0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE",
]


@pytest.mark.parametrize("key", [GOOGLE, XAI, TOGETHER, JWT, "sk-proj-abcdefgh12345678", "gsk_0123456789abcdef"])
def test_what_looks_like_a_key_is_taken_out_without_being_known(key: str) -> None:
    assert without_secrets(f"We cannot accept {key}, sorry") == "We cannot accept [secret], sorry"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "words",
    ["Incorrect API key provided: {}.", 'headers: {{"x-api-key": "{}"}}', "api_key={}", "Authorization: Bearer {}"],
)
def test_what_stands_where_a_key_would_is_taken_out(words: str, key: str) -> None:
    assert key not in without_secrets(words.format(key))


@pytest.mark.parametrize(
    "text",
    [
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9631 tokens.",
        "The API key has no access to gpt-4o-mini-2024-07-18",
        "No key for groq: put it into GROQ_API_KEY",
        "Unknown key in finops.toml, line 2: router.key_length; did you mean deadline_s?",
        "Request req_011CSHoEeqs5C35K2UUqR7Fy failed, see f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "No such model: key-lime-pie",
        "Bearer authentication is required",
    ],
)
def test_words_models_and_request_ids_stay(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.parametrize("key", [*KEYS, ODD])
def test_a_known_key_is_taken_out_in_every_form(key: str) -> None:
    remember(key)
    forms = [key, quote(key, safe=""), quote(key), repr(key)[1:-1], base64.b64encode(key.encode()).decode()]
    for form in forms:
        assert form not in without_secrets(f"<{form}>")
    assert without_secrets(f"it was cut: {key[: len(key) // 2]}") == "it was cut: [secret]"
    assert without_secrets(f"{key[: len(key) // 2 + 1]} and {key[-len(key) // 2 - 1 :]}!") == "[secret] and [secret]!"


def test_keys_of_the_environment_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_GPU_KEY", "plainwordsonly")
    monkeypatch.setenv("ACME_GPU_NAME", "another text")
    remember_environment()
    assert without_secrets("plainwordsonly, another text") == "[secret], another text"


def test_keys_of_files_are_known(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("onlylettersinafile\n", encoding="utf-8")
    api_key(ProviderSettings(provider="vllm", wire="openai", api_key_file=path))
    assert str(Unavailable("no: onlylettersinafile")) == "no: [secret]"


def test_short_values_are_words_and_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", "none")
    remember("none")
    assert without_secrets("none of them") == "none of them"


def test_an_error_has_no_key_in_message_hint_or_traceback() -> None:
    error = ConfigError(f"cannot use {GOOGLE}", f"replace {XAI}")
    shown = "".join(traceback.format_exception(error))
    assert (error.message, error.hint) == ("cannot use [secret]", "replace [secret]")
    assert "hint: replace [secret]" in shown
    assert GOOGLE not in shown + repr(error)


def raised_from_sdk_errors() -> RouterError:
    try:
        try:
            try:
                raise ValueError(f"header {TOGETHER}")
            except ValueError:
                raise RuntimeError(f"request with {JWT}")  # noqa: B904 -- its context is what is tested
        except RuntimeError as err:
            raise Unavailable("down") from err
    except RouterError as err:
        return err


def test_causes_keep_their_names_and_words_and_nothing_else() -> None:
    error = raised_from_sdk_errors()
    clean_causes(error)
    cause = error.__cause__
    assert isinstance(cause, Cause)
    assert str(cause) == "RuntimeError: request with [secret]"
    assert isinstance(cause.__cause__, Cause)
    assert str(cause.__cause__) == "ValueError: header [secret]"
    assert cause.__cause__.__cause__ is None
    shown = "".join(traceback.format_exception(error))
    assert TOGETHER not in shown
    assert JWT not in shown


def test_causes_that_are_a_circle_have_an_end() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    error = Unavailable("down")
    error.__cause__ = first
    clean_causes(error)
    assert isinstance(error.__cause__, Cause)
