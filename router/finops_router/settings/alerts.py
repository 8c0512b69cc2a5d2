"""The [[alerts]] part of finops.toml: who is told when a budget passes one of its thresholds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args

from finops_router.settings.toml import Table

Kind = Literal["email", "slack", "teams", "webhook"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NEEDED: dict[Kind, tuple[str, ...]] = {  # and nothing that another kind needs
    "email": ("to", "sender"),
    "slack": ("url_env",),
    "teams": ("url_env",),
    "webhook": ("url_env", "secret_env"),
}


@dataclass(frozen=True, slots=True)
class AlertChannel:
    """One way to tell somebody: by mail, or by a webhook whose address and secret are in the environment.

    `url_env` and `secret_env` are the names of variables: an address of Slack's or Teams' is a secret itself. `budgets`
    are those it is told of; none means all.
    """

    name: str
    kind: Kind
    url_env: str = ""
    secret_env: str = ""
    to: tuple[str, ...] = ()
    sender: str = ""
    budgets: tuple[str, ...] = ()


def alert_settings(tables: list[Table]) -> tuple[AlertChannel, ...]:
    """Return the channels of [[alerts]]. Raises ConfigError for a key or value that cannot be used, or a name twice."""
    found: dict[str, AlertChannel] = {}
    for table in tables:
        channel = _channel(table)
        if channel.name in found:
            raise table.wrong("name", "give each of [[alerts]] a name of its own", "a new name")
        found[channel.name] = channel
    return tuple(found.values())


def _channel(table: Table) -> AlertChannel:
    table.only(field.name for field in fields(AlertChannel))
    kind = _kind(table)
    for key in sorted({key for keys in NEEDED.values() for key in keys}):
        if table.has(key) and key not in NEEDED[kind]:
            raise table.wrong(key, f"take it away: '{kind}' needs {' and '.join(NEEDED[kind])}", f"for '{kind}'")
    needed = NEEDED[kind]
    return AlertChannel(
        name=table.text("name"),
        kind=kind,
        url_env=table.text("url_env") if "url_env" in needed else "",
        secret_env=table.text("secret_env") if "secret_env" in needed else "",
        to=_texts(table, "to") if "to" in needed else (),
        sender=table.text("sender") if "sender" in needed else "",
        budgets=_texts(table, "budgets") if table.has("budgets") else (),
    )


def _kind(table: Table) -> Kind:
    value = table.value("kind", None)
    for kind in KINDS:
        if value == kind:
            return kind
    raise table.wrong("kind", f"known are: {', '.join(KINDS)}", "a way to tell")


def _texts(table: Table, key: str) -> tuple[str, ...]:
    """Return a list of texts in its order, which has at least one."""
    value = table.value(key, None)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
        raise table.wrong(key, "give a list of texts in quotes")
    return tuple(value)
