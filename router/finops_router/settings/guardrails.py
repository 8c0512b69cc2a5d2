"""The [[guardrails]] of finops.toml: what calls must keep to, what happens if they do not, and who is exempt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from finops_router.errors import ConfigError
from finops_router.settings.toml import Table

Kind = Literal["targets", "tools", "tokens", "secrets", "personal"]
Action = Literal["block", "flag", "redact"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CONTENT = ("secrets", "personal")
SEVERITIES = ("low", "medium", "high")
PLACES = ("request", "answer")
USUALLY_FOUND = ("card", "email", "iban")
OFFICIAL_NUMBER = re.compile(r"[a-z]{2}\.[a-z_0-9]+")  # as python-stdnum calls it: country and name
KEYS = ("name", "kind", "action", "severity", "teams", "on_failure", "exceptions")
KEYS_OF_KIND: dict[str, tuple[str, ...]] = {
    "targets": ("models", "providers", "regions"),
    "tools": ("tools",),
    "tokens": ("max_input_tokens", "max_output_tokens"),
    "secrets": ("where",),
    "personal": ("where", "finds"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailException:
    """A team that a guardrail lets through until the end of a day (UTC), and why."""

    team: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailConfig:
    """One guardrail: what is looked at (`kind`), what is allowed, and what happens to what is not (`action`).

    `teams` are those it holds for, None for all. `models`, `providers`, `regions` and `tools` are allowed names, None
    for all; those of models and tools may be patterns ('claude-*'). `where` is of 'request' and 'answer'. `finds` names
    kinds of personal data. `is_open_on_failure`: a call goes on although the guardrail itself failed.
    """

    name: str
    kind: Kind
    action: Action = "block"
    severity: str = "medium"
    teams: frozenset[str] | None = None
    is_open_on_failure: bool = False
    exceptions: tuple[GuardrailException, ...] = ()
    models: frozenset[str] | None = None
    providers: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    tools: frozenset[str] | None = None
    max_input_tokens: int | None = None
    max_output_tokens: int | None = None
    where: frozenset[str] = frozenset(PLACES)
    finds: frozenset[str] = frozenset(USUALLY_FOUND)


def guardrail_settings(tables: list[Table]) -> tuple[GuardrailConfig, ...]:
    """Return the guardrails in their order. Raises ConfigError for what cannot be used, and for two of one name."""
    found: dict[str, GuardrailConfig] = {}
    for table in tables:
        one = _guardrail(table)
        if one.name in found:
            raise ConfigError(
                f"Two guardrails of one name in {table.where(table.full('name'))}: {one.name}",
                "give each a name of its own: events and the report go by it",
            )
        found[one.name] = one
    return tuple(found.values())


def _guardrail(table: Table) -> GuardrailConfig:
    kind = _kind(table)
    table.only((*KEYS, *KEYS_OF_KIND[kind]))
    if kind not in CONTENT and not any(table.has(key) for key in KEYS_OF_KIND[kind]):
        raise table.wrong(KEYS_OF_KIND[kind][0], f"say what is allowed: {', '.join(KEYS_OF_KIND[kind])}")
    return GuardrailConfig(
        name=table.text("name").strip(),
        kind=kind,
        action=_action(table, kind),
        severity=_one_of(table, "severity", SEVERITIES, "medium"),
        teams=_names(table, "teams"),
        is_open_on_failure=_one_of(table, "on_failure", ("block", "pass"), "block") == "pass",
        exceptions=tuple(_exception(one) for one in table.tables("exceptions")),
        models=_names(table, "models"),
        providers=_names(table, "providers"),
        regions=_names(table, "regions"),
        tools=_names(table, "tools"),
        max_input_tokens=table.bound("max_input_tokens"),
        max_output_tokens=table.bound("max_output_tokens"),
        where=table.words("where", PLACES) if table.has("where") else frozenset(PLACES),
        finds=_finds(table),
    )


def _kind(table: Table) -> Kind:
    value = table.value("kind", None)
    for kind in KINDS:
        if value == kind:
            return kind
    raise table.wrong("kind", f"write one of: {', '.join(KINDS)}")


def _action(table: Table, kind: Kind) -> Action:
    value, actions = table.value("action", "block"), get_args(Action) if kind in CONTENT else ("block", "flag")
    for action in actions:
        if value == action:
            return action  # type: ignore[no-any-return] # one of the words of Action
    raise table.wrong("action", f"write one of: {', '.join(actions)}")


def _one_of(table: Table, key: str, known: tuple[str, ...], usual: str) -> str:
    value = table.any_text(key, usual)
    if value not in known:
        raise table.wrong(key, f"write one of: {', '.join(known)}")
    return value


def _names(table: Table, key: str) -> frozenset[str] | None:
    return table.words(key) if table.has(key) else None


def _finds(table: Table) -> frozenset[str]:
    if not table.has("finds"):
        return frozenset(USUALLY_FOUND)
    found, known = table.words("finds"), (*USUALLY_FOUND, "phone")
    if not found or any(one not in known and not OFFICIAL_NUMBER.fullmatch(one) for one in found):
        raise table.wrong("finds", f"name of {', '.join(known)}, and numbers as python-stdnum has them ('us.ssn')")
    return found


def _exception(table: Table) -> GuardrailException:
    table.only(("team", "until", "reason"))
    until = table.day("until")
    if until is None:
        raise table.wrong("until", "give the last day, without quotes, as 2026-12-31")
    return GuardrailException(team=table.text("team").strip(), until=until, reason=table.text("reason").strip())
