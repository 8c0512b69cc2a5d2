"""The live page is served to whom a key or this machine's own name lets in, and its figures as they are drawn."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from finops_router.gateway.keys import Key, KeyStore
from finops_router.gateway.live import FIGURES, PAGE, PLACE, POLICY, TEAMS, WATCHED
from finops_router.gateway.state.opening import open_state

from tests.finops_router.gateway.running import Running, group, provider, running

NOWHERE = group(("wall", "ok")) + provider("wall", "openai", "http://127.0.0.1:9")
STRICT = "default-src 'none'"


@dataclass(frozen=True)
class Hall:
    """A gateway whose live page is in `place`, drawn by hand; `key` opens it, '' if it needs none."""

    running: Running
    place: Path
    key: str = ""

    def draw(self, figures: str) -> None:
        new = self.place / "new"
        new.write_text(figures)
        new.replace(self.place / FIGURES)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Return an answer, read to its end unless it is a stream that was let in."""
        with httpx.stream("GET", self.running.root + path, headers=_named(headers), timeout=20) as answer:
            if (path, answer.status_code) != ("/live", 200):
                answer.read()
        return answer

    @contextmanager
    def events(self, **headers: str) -> Iterator[Iterator[str]]:
        """Give what each event says, as a browser puts its lines together."""
        with httpx.stream("GET", f"{self.running.root}/live", headers=_named(headers), timeout=20) as answer:
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
            yield _events(answer)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _events(answer: httpx.Response) -> Iterator[str]:
    lines: list[str] = []
    for line in answer.iter_lines():
        if line:
            lines.append(line)
            continue
        if lines[0] == "event: figures":
            yield "\n".join(one.removeprefix("data: ") for one in lines[1:])
        lines = []


def opened(folder: Path) -> Path:
    place = folder / "live"
    place.mkdir()
    (place / PAGE).write_bytes(b"<main>" + PLACE + b"</main>")
    (place / POLICY).write_text(STRICT)
    (place / FIGURES).write_text("<p>first\nline</p>")
    return place


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("state")
    place = opened(folder)
    with running(NOWHERE, state=folder) as found:
        yield Hall(found, place)


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("state")
    place = opened(folder)
    state = open_state(None, folder)
    key = KeyStore(state, os.urandom).add(Key(id="", name="k"), 0).secret
    state.close()
    with running(NOWHERE, state=folder) as found:
        yield Hall(found, place, key)


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{key}".encode()).decode()


def test_the_page_has_its_newest_figures_and_a_strict_policy(hall: Hall) -> None:
    hall.draw("<p>newest</p>")
    answer = hall.get("/")
    assert (answer.status_code, answer.text) == (200, "<main><p>newest</p></main>")
    assert answer.headers["content-security-policy"] == STRICT
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (hall.place / WATCHED).exists()


def test_old_figures_are_waited_for(hall: Hall) -> None:
    """Nobody draws while nobody looks: what is drawn for who has just come is what they get."""
    hall.draw("<p>old</p>")
    os.utime(hall.place / FIGURES, (1, 1))
    (hall.place / WATCHED).unlink(missing_ok=True)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(hall.get("/").text))
    reader.start()
    assert hall.get("/healthz").status_code == 200, "others are answered meanwhile"
    hall.draw("<p>drawn since</p>")
    reader.join()
    assert "drawn since" in found[0]


def test_figures_come_at_once_and_whenever_they_are_drawn(hall: Hall) -> None:
    hall.draw("<p>first\nline</p>")
    with hall.events() as found:
        assert next(found) == "<p>first\nline</p>"
        hall.draw("<p>second</p>")
        assert next(found) == "<p>second</p>"


def test_a_stream_ends_whole_when_the_worker_is_told_to_stop(tmp_path: Path) -> None:
    place, said = opened(tmp_path), list[str]()
    with running(NOWHERE, state=tmp_path) as found:
        begun = threading.Event()

        def look() -> None:
            with Hall(found, place).events() as seen:  # raises if the last chunk does not come
                for figures in seen:
                    said.append(figures)
                    begun.set()

        reader = threading.Thread(target=look)
        reader.start()
        assert begun.wait(20)
    reader.join()
    assert said == ["<p>first\nline</p>"]


def test_before_it_is_drawn_it_says_so(tmp_path: Path) -> None:
    with running(NOWHERE, state=tmp_path) as found:
        answer = Hall(found, tmp_path).get("/")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_drawn")


@pytest.mark.parametrize("path", ["/", "/live"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:4000", "127.0.0.1.evil.example", "", "[::2]:4000"])
def test_a_name_of_somebody_else_that_leads_here_shows_nothing(hall: Hall, path: str, host: str) -> None:
    answer = hall.get(path, Host=host)
    assert answer.status_code == 421
    assert answer.json()["error"]["code"] == "unknown_host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:4000", "127.0.0.1:1", "[::1]:4000", "[::1]"])
def test_own_names_show_it(hall: Hall, host: str) -> None:
    hall.draw("<p></p>")
    assert hall.get("/", Host=host).status_code == 200


@pytest.mark.parametrize("path", ["/", "/live"])
def test_a_page_of_elsewhere_gets_nothing(hall: Hall, path: str) -> None:
    assert hall.get(path, Origin="http://evil.example").status_code == 403
    for site in ("cross-site", "same-site"):
        assert hall.get(path, Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="script").status_code == 403
        assert (
            hall.get(path, Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe").status_code == 403
        )
    hall.draw("<p></p>")
    assert (
        hall.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document").status_code
        == 200
    )


@pytest.mark.parametrize("path", ["/", "/live"])
@pytest.mark.parametrize("given", [None, "Basic", "Basic !", "Basic YQ==", "wrong", "Bearer wrong"])
def test_without_a_key_that_works_a_browser_asks_for_one(locked: Hall, path: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": basic("wrong") if given == "wrong" else given}
    answer = locked.get(path, **headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("given", ["Basic", "Bearer"])
def test_a_key_opens_it_by_any_name(locked: Hall, given: str) -> None:
    """Behind a proxy a gateway has names that it does not know; a stranger's page has no key."""
    locked.draw("<p>open</p>")
    value = basic(locked.key) if given == "Basic" else f"Bearer {locked.key}"
    assert locked.get("/", Authorization=value, Host="llm.example.com").status_code == 200
    with locked.events(Authorization=value) as found:
        assert next(found) == "<p>open</p>"


def test_a_password_opens_nothing_else(locked: Hall) -> None:
    """A browser sends it with whatever it asks for here: a page must not spend what its reader may."""
    assert locked.get("/v1/models", Authorization=basic(locked.key)).status_code == 401
    assert locked.get("/metrics", Authorization=basic(locked.key)).status_code == 401


TEAM_NAMES = ("search", "../../page", "Übersetzung 全", " ads ")


@dataclass(frozen=True)
class Teams:
    """A gateway with a key for each of TEAM_NAMES, by name, one without a team, by '', and one that is revoked."""

    hall: Hall
    store: KeyStore
    secrets: dict[str, str]

    def draw(self, team: str, figures: str) -> None:
        place = self.hall.place / TEAMS / hashlib.sha256(team.strip().encode()).hexdigest() if team else self.hall.place
        place.mkdir(parents=True, exist_ok=True)
        Hall(self.hall.running, place).draw(figures)

    def headers(self, team: str) -> dict[str, str]:
        return {"Authorization": basic(self.secrets[team])}


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teams]:
    folder = tmp_path_factory.mktemp("state")
    place, state = opened(folder), open_state(None, folder)
    store = KeyStore(state, os.urandom)
    secrets = {team: store.add(Key(id="", name=f"of {team}", team=team), 0).secret for team in TEAM_NAMES}
    secrets[""] = store.add(Key(id="", name="all"), 0).secret
    secrets["leaver"] = store.add(Key(id="", name="leaver", team="search"), 0).secret
    with running(NOWHERE, state=folder) as found:
        yield Teams(Hall(found, place), store, secrets)
    state.close()


def test_a_key_of_a_team_shows_what_is_drawn_for_its_team_alone(teams: Teams) -> None:
    for team in ("", *TEAM_NAMES):
        teams.draw(team, f"<p>of [{team}]</p>")
    for team in ("", *TEAM_NAMES):
        answer = teams.hall.get("/", **teams.headers(team))
        assert answer.text == f"<main><p>of [{team}]</p></main>"
        assert answer.headers["content-security-policy"] == STRICT
        with teams.hall.events(**teams.headers(team)) as found:
            assert next(found) == f"<p>of [{team}]</p>"
            teams.draw("", "<p>all, later</p>")
            teams.draw(team, f"<p>later of [{team}]</p>")
            assert next(found) == f"<p>later of [{team}]</p>"


def test_whoever_draws_learns_which_team_looks(teams: Teams) -> None:
    for team in TEAM_NAMES:
        teams.draw(team, "<p></p>")
        teams.hall.get("/", **teams.headers(team))
    watched = {file.read_text() for file in (teams.hall.place / TEAMS).glob(f"*/{WATCHED}")}
    assert watched == {team.strip() for team in TEAM_NAMES}


def test_a_team_for_which_nothing_is_drawn_yet_sees_nothing_of_all(tmp_path: Path) -> None:
    place, state = opened(tmp_path), open_state(None, tmp_path)
    secret = KeyStore(state, os.urandom).add(Key(id="", name="k", team="new"), 0).secret
    with running(NOWHERE, state=tmp_path) as found:
        assert Hall(found, place).get("/", Authorization=basic(secret)).text == "<main></main>"
    state.close()


def test_a_stream_ends_when_its_key_is_revoked(teams: Teams) -> None:
    teams.draw("search", "<p>first</p>")
    with teams.hall.events(**teams.headers("leaver")) as found:
        assert next(found) == "<p>first</p>"
        teams.store.revoke("leaver", 1)
        for drawn in range(40):  # they would all come, one in a quarter of a second; keys are read twice a second
            teams.draw("search", f"<p>{drawn}</p>")
            if next(found, None) is None:
                break
        else:
            pytest.fail("it goes on")
    assert teams.hall.get("/", **teams.headers("leaver")).status_code == 401


def test_the_numbers_of_all_are_not_for_a_key_of_a_team(teams: Teams) -> None:
    """Or the page would keep what `/metrics` tells."""
    for team, status in (("search", 403), ("", 200)):
        assert teams.hall.get("/metrics", Authorization=f"Bearer {teams.secrets[team]}").status_code == status
        assert teams.hall.get("/v1/models", Authorization=f"Bearer {teams.secrets[team]}").status_code == 200
