"""[[guardrails]] of finops.toml: what is read of it, and what is refused with a hint."""

from __future__ import annotations

from datetime import date

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.guardrails import GuardrailConfig, GuardrailException
from finops_router.settings.reader import read_whole


def read(*lines: str) -> GuardrailConfig:
    (one,) = read_whole("\n".join(("[[guardrails]]", *lines)), "f.toml").guardrails
    return one


def test_a_guardrail_is_read_with_its_defaults() -> None:
    assert read('name = " keys "', 'kind = "secrets"') == GuardrailConfig(name="keys", kind="secrets")


def test_everything_of_it_is_read() -> None:
    found = read(
        'name = "eu"',
        'kind = "targets"',
        'action = "flag"',
        'severity = "high"',
        'teams = ["legal"]',
        'on_failure = "pass"',
        'models = ["claude-*"]',
        'providers = ["anthropic"]',
        'regions = ["eu"]',
        'exceptions = [{ team = "legal", until = 2026-12-31, reason = "SEC-12" }]',
    )
    assert found == GuardrailConfig(
        name="eu",
        kind="targets",
        action="flag",
        severity="high",
        teams=frozenset({"legal"}),
        is_open_on_failure=True,
        models=frozenset({"claude-*"}),
        providers=frozenset({"anthropic"}),
        regions=frozenset({"eu"}),
        exceptions=(GuardrailException(team="legal", until=date(2026, 12, 31), reason="SEC-12"),),
    )


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        ('kind = "secrets"', "Missing key in f.toml, line 1: guardrails[0].name", "give a text in quotes"),
        ('name = "a"\nkind = "secret"', "guardrails[0].kind = 'secret'", "write one of: targets, tools, tokens"),
        ('name = "a"\nkind = "tools"', "Missing key in f.toml, line 1: guardrails[0].tools", "say what is allowed"),
        ('name = "a"\nkind = "tools"\ntools = []\naction = "redact"', "action = 'redact'", "write one of: block, flag"),
        ('name = "a"\nkind = "tools"\nregions = ["eu"]', "Unknown key in f.toml, line 4", "known keys"),
        ('name = "a"\nkind = "secrets"\non_failure = "open"', "on_failure = 'open'", "write one of: block, pass"),
        ('name = "a"\nkind = "personal"\nfinds = ["name"]', "finds = ['name']", "name of card, email, iban, phone"),
        ('name = "a"\nkind = "personal"\nwhere = ["body"]', "where = ['body']", "known are: request, answer"),
        ('name = "a"\nkind = "secrets"\nexceptions = [{ team = "x" }]', "exceptions[0].until", "give the last day"),
        (
            'name = "a"\nkind = "secrets"\n[[guardrails]]\nname = "a"\nkind = "personal"',
            "Two guardrails of one name in f.toml, line 5: a",
            "give each a name of its own",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_hint(lines: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_whole(f"[[guardrails]]\n{lines}", "f.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint
