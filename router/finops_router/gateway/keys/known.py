"""Find the key that a client presents, without a read for each request and without telling what exists."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from finops_router.gateway.keys.key import Key, KeyRefused, Reason
from finops_router.gateway.keys.secret import hashed
from finops_router.gateway.keys.store import KeyStore
from finops_router.gateway.state.contract import StateLostError

LOOK_EVERY_S = 0.5  # a change is seen within a second
LATE_S = 10.0  # a look that takes so long hangs: the stores themselves wait for half of that
STALE_S = 60.0  # keys known so long ago open nothing any more: one of them may be revoked since
NEVER_US = 2**63 - 1


class Entry(msgspec.Struct, frozen=True):
    """A secret as it is looked up: its hash, its key, and the moments from which it opens nothing (NEVER_US: never)."""

    hash: str
    key: Key
    ends_us: int
    revoked_us: int


NOBODY = Entry("0" * 64, Key(id="", name=""), NEVER_US, NEVER_US)  # looked at in place of what is not there


class Keys:
    """All keys of `store`, in memory; a thread of its own looks twice a second whether they were changed.

    `find` costs no read. If the store cannot be read, keys go on working for a minute, and then no key is accepted
    (StateLostError): a revoked one must not outlive that. `digest` and `same` are for tests that count the work;
    `clock_s` counts seconds.
    """

    def __init__(
        self,
        store: KeyStore,
        *,
        digest: Callable[[str], str] = hashed,
        same: Callable[[str, str], bool] = hmac.compare_digest,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._digest, self._same, self._clock_s = store, digest, same, clock_s
        self._changes = -1
        self._entries: Mapping[str, Entry] = MappingProxyType({})
        self._closing = threading.Event()
        self.refresh()
        self._thread = threading.Thread(target=self._watch, name="finops-keys", daemon=True)
        self._thread.start()

    def find(self, presented: str, now_us: int) -> Key:
        """Return the key that `presented` opens at `now_us` (microseconds since 1970 UTC).

        Raises KeyRefused, after the same work whatever the reason: one hash, one look-up by the hash, one comparison in
        constant time, two of moments. Who presents has no influence on the hash, so the time of the look-up tells
        nothing of those that are there. Raises StateLostError if keys were not to be read for a minute.
        """
        digest = self._digest(presented)
        entry = self._entries.get(digest, NOBODY)
        is_known = self._same(entry.hash, digest)
        is_revoked = now_us >= entry.revoked_us
        is_expired = now_us >= entry.ends_us
        if is_known & (not is_revoked) & (not is_expired):
            if self._clock_s() - self._read_s > STALE_S:
                raise StateLostError("Keys could not be read for a minute", "look at the gateway's log for the reason")
            return entry.key
        raise KeyRefused(_reason(is_known, is_revoked))

    def count(self) -> int:
        """Return how many secrets are known, whether they open anything or not."""
        return len(self._entries)

    def can_be_read(self) -> bool:
        """Return whether the last look at the store was a good one, and a moment ago."""
        return self._is_readable and self._clock_s() - self._read_s < LATE_S

    def refresh(self) -> None:
        """Read the keys if they were changed since. Raises StateLostError if they cannot be read."""
        read_s, changes = self._clock_s(), self._store.changes()  # first: what changes meanwhile is read once more
        if changes != self._changes:
            keys = {key.id: key for key in self._store.list()}
            self._entries = MappingProxyType(
                {
                    one.hash: Entry(
                        one.hash,
                        keys[one.key_id],
                        min(_moment(one.ends_us), _moment(keys[one.key_id].expires_us)),
                        _moment(keys[one.key_id].revoked_us),
                    )
                    for one in self._store.secrets()
                    if one.key_id in keys
                }
            )
            self._changes = changes
        self._read_s, self._is_readable = read_s, True

    def close(self) -> None:
        """Stop looking for changes; the store stays open."""
        self._closing.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_EVERY_S):
            try:
                self.refresh()
            except StateLostError:
                self._is_readable = False
                continue  # it counts against STALE_S; whoever reserves from the same state says why


def _moment(us: int | None) -> int:
    return NEVER_US if us is None else us


def _reason(is_known: bool, is_revoked: bool) -> Reason:
    if not is_known:
        return "unknown"
    return "revoked" if is_revoked else "expired"
