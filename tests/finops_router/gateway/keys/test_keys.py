"""Keys: who presents one of ours is known within a second of any change; all others learn nothing, not even by time."""

from __future__ import annotations

import hmac
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.gateway.keys import Key, KeyBudget, KeyRefused, Keys, KeyStore
from finops_router.gateway.keys.secret import hashed
from finops_router.gateway.state.contract import StateLostError
from finops_router.gateway.state.sqlite import SqliteState

NOW_US = 1_764_331_200_000_000
HOUR_US = 3_600_000_000


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SqliteState]:
    state = SqliteState(tmp_path / "state.sqlite")
    yield state
    state.close()


@pytest.fixture
def store(state: SqliteState) -> KeyStore:
    return KeyStore(state, random.Random(7).randbytes)


FULL = Key(
    id="",
    name="search's crawler",
    team="search",
    project="crawler",
    environment="production",
    groups=frozenset({"chat", "code"}),
    budgets=(KeyBudget(Decimal("12.50"), "month"), KeyBudget(Decimal(1), "day")),
    requests_per_minute=60,
    tokens_per_minute=100_000,
    concurrency=4,
    expires_us=NOW_US + HOUR_US,
)


def known(store: KeyStore) -> Keys:
    keys = Keys(store)
    keys.close()  # its thread; what it knows stays
    return keys


def test_a_key_comes_back_as_it_was_made(store: KeyStore) -> None:
    made = store.add(FULL, NOW_US)
    assert re.fullmatch(r"finops_key_[A-Za-z0-9_-]{43}", made.secret)
    found = known(store).find(made.secret, NOW_US)
    assert found == made.key
    assert (found.name, found.budgets, found.groups, found.created_us) == (FULL.name, FULL.budgets, FULL.groups, NOW_US)
    assert found.may_ask("chat")
    assert not found.may_ask("vision")


def test_no_secret_is_in_the_file(store: KeyStore, tmp_path: Path) -> None:
    secret = store.add(FULL, NOW_US).secret
    content = b"".join(path.read_bytes() for path in tmp_path.glob("state.sqlite*"))
    assert hashed(secret).encode() in content
    assert secret.encode() not in content
    assert secret.removeprefix("finops_key_").encode() not in content


def test_who_is_not_known_hears_the_same_words_after_the_same_work(store: KeyStore) -> None:
    good, revoked = store.add(FULL, NOW_US), store.add(Key(id="", name="revoked"), NOW_US)
    store.revoke("revoked", NOW_US)
    work: list[str] = []

    def digest(secret: str) -> str:
        work.append("hash")
        return hashed(secret)

    def same(one: str, other: str) -> bool:
        work.append("compare")
        return hmac.compare_digest(one, other)

    keys = Keys(store, digest=digest, same=same)
    keys.close()
    said = set()
    for secret, now_us, reason in (
        ("sk-something", NOW_US, "unknown"),
        ("", NOW_US, "unknown"),
        ("\ud800" * 10**6, NOW_US, "unknown"),
        (revoked.secret, NOW_US, "revoked"),
        (good.secret, NOW_US + HOUR_US, "expired"),
    ):
        work.clear()
        with pytest.raises(KeyRefused) as refused:
            keys.find(secret, now_us)
        assert refused.value.reason == reason
        assert work == ["hash", "compare"]
        said.add((str(refused.value), refused.value.hint))
    work.clear()
    keys.find(good.secret, NOW_US)
    assert work == ["hash", "compare"]
    assert len(said) == 1


def test_a_rotated_key_is_the_same_one_and_its_old_secret_lives_through_the_grace(store: KeyStore) -> None:
    old = store.add(FULL, NOW_US)
    new = store.rotate(FULL.name, 60, NOW_US)
    keys = known(store)
    assert new.secret != old.secret
    assert keys.find(old.secret, NOW_US + 59_999_999) == keys.find(new.secret, NOW_US) == old.key
    with pytest.raises(KeyRefused):
        keys.find(old.secret, NOW_US + 60_000_000)
    third = store.rotate(old.key.id, 0, NOW_US + 1)  # the grace of the first is not made longer, but cut short
    keys.refresh()
    for secret in (old.secret, new.secret):
        with pytest.raises(KeyRefused):
            keys.find(secret, NOW_US + 1)
    assert keys.find(third.secret, NOW_US + 1) == old.key


def test_changes_by_others_are_seen_when_it_looks(store: KeyStore, tmp_path: Path) -> None:
    made = store.add(FULL, NOW_US)
    elsewhere = SqliteState(tmp_path / "state.sqlite")
    keys = known(KeyStore(elsewhere, random.Random(1).randbytes))
    store.revoke(made.key.id, NOW_US)
    keys.refresh()
    elsewhere.close()
    with pytest.raises(KeyRefused):
        keys.find(made.secret, NOW_US)


def test_keys_of_a_store_that_is_lost_work_for_a_minute(store: KeyStore) -> None:
    made, seconds = store.add(FULL, NOW_US), [0.0]
    keys = Keys(store, clock_s=lambda: seconds[0])
    keys.close()
    seconds[0] = 60.0
    assert keys.find(made.secret, NOW_US) == made.key
    seconds[0] = 60.5
    with pytest.raises(StateLostError):
        keys.find(made.secret, NOW_US)
    with pytest.raises(KeyRefused):
        keys.find("guess", NOW_US)


def test_names_are_told_apart_and_revoked_keys_stay_so(store: KeyStore) -> None:
    store.add(FULL, NOW_US)
    with pytest.raises(ConfigError, match="a key of this name"):
        store.add(FULL, NOW_US)
    with pytest.raises(ConfigError, match="No such key: search"):
        store.rotate("search", 0, NOW_US)
    store.revoke(FULL.name, NOW_US)
    for change in (lambda: store.revoke(FULL.name, NOW_US), lambda: store.rotate(FULL.name, 0, NOW_US)):
        with pytest.raises(ConfigError, match="is revoked"):
            change()
    assert [key.revoked_us for key in store.list()] == [NOW_US]
