"""Keep keys in the state: add, list, revoke and rotate them; every change is counted, so that workers notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import msgspec

from finops_router.errors import ConfigError
from finops_router.gateway.keys.key import Key, KeyBudget
from finops_router.gateway.keys.secret import hashed, new_secret
from finops_router.gateway.state.contract import Row, State, Statements
from finops_router.nearest import did_you_mean

ID_BYTES = 6


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret of a key by its hash; `ends_us` is when a rotation lets it end, None if it was not rotated."""

    hash: str
    key_id: str
    created_us: int
    ends_us: int | None


@dataclass(frozen=True, slots=True)
class Made:
    """A key, and its secret, which is shown once and never again."""

    key: Key
    secret: str


class KeyStore:
    """The keys in `state`; `random` returns so many bytes nobody can foresee. Raises StateLostError throughout."""

    def __init__(self, state: State, random: Callable[[int], bytes]) -> None:
        self._state, self._random = state, random

    def add(self, key: Key, now_us: int) -> Made:
        """Keep `key` under an id of its own and return it with its secret. Raises ConfigError for a name in use."""
        kept = replace(key, id=self._random(ID_BYTES).hex(), created_us=now_us, revoked_us=None)
        made = Made(kept, new_secret(self._random))
        with self._state.transaction() as statements:
            if any(one.name == key.name for one in _keys(statements.run("key_list"))):
                raise ConfigError(f"There is a key of this name: {key.name}", "rotate that one, or choose another name")
            statements.run("key_add", _values(made.key))
            self._add_secret(statements, made, now_us)
        return made

    def list(self) -> tuple[Key, ...]:
        """Return all keys, the oldest first; revoked and expired ones, too."""
        return _keys(self._state.read("key_list"))

    def secrets(self) -> tuple[Secret, ...]:
        """Return the hashes of all secrets, the oldest first."""
        return tuple(Secret(*row) for row in self._state.read("secret_list"))

    def changes(self) -> int:
        """Return how often keys were changed: whoever has seen this number has seen all of them."""
        rows = self._state.read("key_changes")
        return int(rows[0][0]) if rows else 0

    def revoke(self, name_or_id: str, now_us: int) -> Key:
        """Let a key open nothing from now on, for ever. Raises ConfigError if there is none, or it is revoked."""
        with self._state.transaction() as statements:
            key = _live(statements, name_or_id)
            statements.run("key_revoke", {"id": key.id, "now_us": now_us})
            statements.run("key_changed")
        return key

    def rotate(self, name_or_id: str, grace_s: float, now_us: int) -> Made:
        """Give a key another secret; those before it open it for `grace_s` more. Raises ConfigError as `revoke`."""
        with self._state.transaction() as statements:
            made = Made(_live(statements, name_or_id), new_secret(self._random))
            self._add_secret(statements, made, now_us)
            ends_us = now_us + round(grace_s * 1e6)
            ending = {"key_id": made.key.id, "but_hash": hashed(made.secret), "ends_us": ends_us}
            statements.run("secret_end", ending)
        return made

    def _add_secret(self, statements: Statements, made: Made, now_us: int) -> None:
        row = {"hash": hashed(made.secret), "key_id": made.key.id, "created_us": now_us}
        statements.run("secret_add", row)
        statements.run("key_changed")


def _live(statements: Statements, name_or_id: str) -> Key:
    keys = _keys(statements.run("key_list"))
    key = next((one for one in keys if name_or_id in (one.id, one.name)), None)
    if key is None:
        names = [one.name for one in keys]
        raise ConfigError(f"No such key: {name_or_id}", did_you_mean(name_or_id, names, "known keys"))
    if key.revoked_us is not None:
        raise ConfigError(f"The key is revoked: {name_or_id}", "add another one: finops-report keys add")
    return key


def _values(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "team": key.team,
        "project": key.project,
        "environment": key.environment,
        "allowed_groups": None if key.groups is None else _json(sorted(key.groups)),
        "budgets": _json([[str(one.amount_usd), one.period] for one in key.budgets]),
        "requests_per_minute": key.requests_per_minute,
        "tokens_per_minute": key.tokens_per_minute,
        "concurrency": key.concurrency,
        "created_us": key.created_us,
        "expires_us": key.expires_us,
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")


def _keys(rows: list[Row]) -> tuple[Key, ...]:
    return tuple(_key(row) for row in rows)


def _key(row: Row) -> Key:
    budgets = msgspec.json.decode(row[6])
    return Key(
        id=row[0],
        name=row[1],
        team=row[2],
        project=row[3],
        environment=row[4],
        groups=None if row[5] is None else frozenset(msgspec.json.decode(row[5])),
        budgets=tuple(KeyBudget(Decimal(amount), period) for amount, period in budgets),
        requests_per_minute=row[7],
        tokens_per_minute=row[8],
        concurrency=row[9],
        created_us=row[10],
        expires_us=row[11],
        revoked_us=row[12],
    )
