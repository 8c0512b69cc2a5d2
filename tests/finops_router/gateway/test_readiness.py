"""A worker is ready if it can take calls; whoever asks learns the names of what is missing and no more."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from finops_router.gateway.keys import Key, KeyStore
from finops_router.gateway.readiness import Readiness
from finops_router.gateway.state.opening import open_state
from finops_router.telemetry import CollectorConfig, TelemetryCollector

from tests.finops_router.gateway.conftest import Wall
from tests.finops_router.gateway.running import group, provider, running
from tests.finops_router.gateway.test_entrance import until


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


def asked(root: str, path: str = "/readyz") -> tuple[int, Any]:
    """The status and the answer to somebody who shows no key."""
    try:
        with urllib.request.urlopen(root + path, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


@pytest.mark.parametrize(
    ("has_journal", "has_keys", "budgets", "missing"),
    [
        (True, True, yes, ()),
        (False, True, yes, ("journal",)),
        (True, False, yes, ("keys",)),
        (True, True, no, ("budgets",)),
        (False, False, no, ("journal", "keys", "budgets")),
    ],
)
def test_what_is_missing_is_named(has_journal: bool, has_keys: bool, budgets: Any, missing: tuple[str, ...]) -> None:
    async def look() -> tuple[str, ...]:
        return await Readiness(lambda: has_journal, lambda: has_keys, budgets).missing()

    assert asyncio.run(look()) == missing


def test_a_state_that_hangs_is_asked_once_and_is_back_when_it_answers() -> None:
    async def look() -> None:
        questions, answer = [0], asyncio.Event()

        async def hanging() -> bool:
            questions[0] += 1
            await answer.wait()
            return True

        readiness = Readiness(lambda: True, lambda: True, hanging, fresh_s=0, patience_s=0.01)
        found = await asyncio.gather(*(readiness.missing() for _ in range(20)), readiness.missing())
        assert set(found) == {("budgets",)}
        assert questions == [1]
        answer.set()
        assert await readiness.missing() == ()

    asyncio.run(look())


def test_however_many_ask_the_state_is_asked_once_in_a_while() -> None:
    async def look() -> int:
        questions = [0]

        async def counted() -> bool:
            questions[0] += 1
            return True

        readiness = Readiness(lambda: True, lambda: True, counted, fresh_s=3600)
        for _ in range(20):
            assert await readiness.missing() == ()
        return questions[0]

    assert asyncio.run(look()) == 1


def test_a_journal_whose_folder_is_no_folder_any_more(tmp_path: Path, wall: Wall) -> None:
    with TelemetryCollector(CollectorConfig(tmp_path / "t.duckdb", load=False, segment_s=3600)) as telemetry:
        settings = group(("wall", "ok")) + provider("wall", "openai", wall.url)
        with running(settings, can_record=telemetry.can_record) as gateway:
            assert asked(gateway.root) == (200, {"status": "ready"})
            folder = telemetry.config.folder
            until(lambda: any(folder.iterdir()))
            folder.rename(tmp_path / "away")
            folder.write_text("somebody's file")
            until(lambda: asked(gateway.root)[0] == 503)
            assert asked(gateway.root) == (503, {"status": "not ready", "missing": ["journal"]})
            assert asked(gateway.root, "/healthz") == (200, {"status": "ok"})
            folder.unlink()
            until(lambda: asked(gateway.root)[0] == 200)


class Cable:
    """Between the gateway and its PostgreSQL: it can be cut, and joined again."""

    def __init__(self, address: str) -> None:
        host, port = address.rpartition("@")[2].partition("/")[0].split(":")
        self._to, self._ends, self._is_cut = (host, int(port)), list[socket.socket](), False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = address.replace(f":{port}/", f":{self._listening.getsockname()[1]}/")
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(self._to)
            self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_passed_on, args=(one, other), daemon=True).start()

    def cut(self) -> None:
        self._is_cut = True
        for end in self._ends:
            _shut(end)

    def join(self) -> None:
        self._is_cut = False

    def close(self) -> None:
        self.cut()
        _shut(self._listening)
        self._listening.close()
        for end in self._ends:
            end.close()


def _passed_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    _shut(other)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def cable(postgresql: str) -> Iterator[Cable]:
    with closing(Cable(postgresql)) as found:
        yield found


def test_a_state_that_is_lost_takes_keys_and_budgets_with_it(cable: Cable, postgresql: str, wall: Wall) -> None:
    state = open_state(postgresql, Path("unused"))
    KeyStore(state, os.urandom).add(Key(id="", name="one"), 1)
    state.close()
    toml = group(("wall", "ok")) + provider("wall", "openai", wall.url)
    with running(f'[gateway]\nstate = "{cable.address}"\n' + toml) as gateway:
        assert asked(gateway.root) == (200, {"status": "ready"})
        assert asked(gateway.root, "/v1/models")[0] == 401  # there is a key, and nobody has shown it here
        cable.cut()
        lost = {"status": "not ready", "missing": ["keys", "budgets"]}
        until(lambda: asked(gateway.root) == (503, lost))
        assert asked(gateway.root, "/healthz")[0] == 200
        cable.join()
        until(lambda: asked(gateway.root) == (200, {"status": "ready"}))
