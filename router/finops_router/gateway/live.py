"""Show the live page: a file that somebody else draws, and its figures as events whenever they are drawn anew.

Nothing is computed here, so no request waits for it. A page may be seen with a key, as the password that a browser asks
for (HTTP Basic: it alone goes with an address that is typed in, and with an EventSource), or without one where none is
needed; then only by this machine's own names, since any name can be made to lead to loopback (DNS rebinding). A key of
a team shows the figures of that team alone; they are drawn apart, and no worker ever has others to mix them up with.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from finops_router.errors import RouterError
from finops_router.gateway.entrance import Entrance
from finops_router.gateway.exchange import EVENTS, JSON, ClientLeft, Exchange, Headers
from finops_router.gateway.problem import Problem, problem_of
from finops_router.gateway.wires.openai_errors import openai_problem, refuse

# As finops_report.live.folder has them.
PAGE, POLICY, FIGURES, WATCHED, TEAMS = "page.html", "policy.txt", "figures.html", "watched", "teams"
PLACE = b"<!--figures-->"  # in the page, where the figures belong
HTML = b"text/html; charset=utf-8"
LOOK_S = 0.25
SAY_WATCHED_S = 2.0
HEARTBEAT_S = 15.0
FRESH_S, PATIENCE_S = 6.0, 3.0  # figures that are older are waited for, so long
MOST_WATCHERS = 64  # of a worker
BASIC = "basic "
ASK_FOR_KEY = (b"www-authenticate", b'Basic realm="finops-report: a key as the password", charset="UTF-8"')
CLOSED_OFF: Headers = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def place_of(folder: Path, team: str | None) -> Path:
    """Return where the figures of a team are, None for those of all; a name may hold what no path may."""
    return folder if team is None else folder / TEAMS / hashlib.sha256(team.encode("utf-8", "replace")).hexdigest()


class Look(NamedTuple):
    """What somebody may see: the figures in `place`, which are of `team` alone, or of all if that is None."""

    place: Path
    team: str | None

    @property
    def figures(self) -> Path:
        return self.place / FIGURES

    def drawn_ns(self) -> int:
        """Return when they were drawn, 0 if they are not there."""
        try:
            return self.figures.stat().st_mtime_ns
        except OSError:
            return 0


class LivePage:
    """The page in `folder` for those whom `entrance` lets in; `clock` gives seconds since 1970 UTC."""

    def __init__(self, folder: Path, entrance: Entrance, clock: Callable[[], float]) -> None:
        self._folder, self._entrance, self._clock = folder, entrance, clock
        self._ending = asyncio.Event()
        self._watchers = 0
        self._said_s: dict[Path, float] = {}

    def routes(self) -> dict[str, dict[str, Callable[[Exchange], Awaitable[None]]]]:
        """Return what answers which path, by method."""
        return {"/": {"GET": self.page}, "/live": {"GET": self.events}}

    def end(self) -> None:
        """End all streams: the worker takes no more."""
        self._ending.set()

    async def page(self, exchange: Exchange) -> None:
        """Answer with the whole page and its newest figures."""
        look = await self._let_in(exchange)
        if look is None:
            return
        self._say_watched(look)
        await self._fresh_figures(look)
        page, policy, figures = (_read(file) for file in (self._folder / PAGE, self._folder / POLICY, look.figures))
        if page is None or policy is None:
            await _refuse(exchange, 503, "overloaded", "The live page is not drawn yet: load it again", "not_drawn")
            return
        headers = [*CLOSED_OFF, (b"content-security-policy", policy)]
        await exchange.answer(200, HTML, page.replace(PLACE, figures or b"", 1), headers)

    async def events(self, exchange: Exchange) -> None:
        """Send the figures at once and again whenever they are drawn anew, until the client or the worker leaves."""
        look = await self._let_in(exchange)
        if look is None:
            return
        if self._watchers >= MOST_WATCHERS or self._ending.is_set():
            await _refuse(exchange, 503, "overloaded", "Too many are watching, or the gateway is stopping", "busy")
            return
        self._watchers += 1
        try:
            await exchange.begin(200, EVENTS, [*CLOSED_OFF, (b"x-accel-buffering", b"no")])
            await exchange.while_connected(self._send_events(exchange, look))
            await exchange.end()
        except ClientLeft:
            pass
        finally:
            self._watchers -= 1

    async def _send_events(self, exchange: Exchange, look: Look) -> None:
        await exchange.write(b"retry: 2000\n\n")
        drawn_ns, quiet_s = 0, 0.0
        while not self._ending.is_set() and self._may_look(exchange, look):
            self._say_watched(look)
            newest_ns = look.drawn_ns()
            if newest_ns != drawn_ns and (figures := _read(look.figures)) is not None:
                await exchange.write(_event(figures))
                drawn_ns, quiet_s = newest_ns, 0.0
            elif quiet_s >= HEARTBEAT_S:
                await exchange.write(b": still here\n\n")
                quiet_s = 0.0
            await self._pause()
            quiet_s += LOOK_S

    async def _fresh_figures(self, look: Look) -> None:
        """Wait a little if the figures are old: nobody draws while nobody looks."""
        found_ns = look.drawn_ns()
        if self._clock() - found_ns / 1e9 <= FRESH_S:
            return
        for _ in range(round(PATIENCE_S / LOOK_S)):
            await self._pause()
            if look.drawn_ns() != found_ns or self._ending.is_set():
                return

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._ending.wait(), LOOK_S)
        except TimeoutError:
            return

    def _say_watched(self, look: Look) -> None:
        """Let whoever draws know that somebody looks, and at whose figures; without its folder nobody draws."""
        now_s = self._clock()
        if abs(now_s - self._said_s.get(look.place, 0.0)) < SAY_WATCHED_S or not self._folder.is_dir():
            return
        self._said_s[look.place] = now_s
        try:
            look.place.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = look.place / f"{WATCHED}.{os.getpid()}.new"
            new.write_text(look.team or "", encoding="utf-8")
            os.utime(new, (now_s, now_s))
            new.replace(look.place / WATCHED)
        except OSError:
            return

    async def _let_in(self, exchange: Exchange) -> Look | None:
        """Return what may be seen; who may see nothing is answered, and it is None."""
        if _is_from_another_page(exchange):
            await _refuse(exchange, 403, "permission", "Other pages may not load this one", "cors_is_off")
            return None
        try:
            return self._look(exchange)
        except RouterError as error:
            problem = problem_of(error)
            more = [ASK_FOR_KEY] if problem.status == 401 else []
            await refuse(exchange, problem, [*more, *CLOSED_OFF])
            return None

    def _look(self, exchange: Exchange) -> Look:
        """Return the figures that a key shows: of its team, or of all. Raises RouterError if it opens nothing."""
        key = self._entrance.key_of(_with_password(exchange.headers))
        if key is None or not key.team:
            return Look(self._folder, None)
        team = key.team.strip()
        return Look(place_of(self._folder, team), team)

    def _may_look(self, exchange: Exchange, look: Look) -> bool:
        """Return whether the key still shows the same: one may be revoked while somebody looks."""
        try:
            return self._look(exchange) == look
        except RouterError:
            return False


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _event(figures: bytes) -> bytes:
    lines = b"".join(b"data: " + line + b"\n" for line in figures.splitlines())
    return b"event: figures\n" + lines + b"\n"


def _is_from_another_page(exchange: Exchange) -> bool:
    """Return whether a browser says that a page of elsewhere loads this; a link that leads here may be followed."""
    site, mode, kind = (exchange.header(b"sec-fetch-" + name) for name in (b"site", b"mode", b"dest"))
    return site in (b"cross-site", b"same-site") and (mode, kind) != (b"navigate", b"document")


def _with_password(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers with the password of HTTP Basic in the place of all of it, whoever it is said to be of."""
    return [(name, _password(value) if name == b"authorization" else value) for name, value in headers]


def _password(value: bytes) -> bytes:
    text = value.decode("latin-1").strip()
    if text[: len(BASIC)].lower() != BASIC:
        return value
    try:
        return base64.b64decode(text[len(BASIC) :].strip(), validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


async def _refuse(exchange: Exchange, status: int, kind: str, message: str, code: str) -> None:
    body = openai_problem(Problem(status=status, kind=kind, message=message, code=code), "")
    await exchange.answer(status, JSON, body, CLOSED_OFF)
