"""Show the live page: a file that somebody else draws, and its figures as events whenever they are drawn anew.

Nothing is computed here, so no request waits for it. A page may be seen with a key, as the password that a browser asks
for (HTTP Basic: it alone goes with an address that is typed in, and with an EventSource), or without one where none is
needed; then only by this machine's own names, since any name can be made to lead to loopback (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from finops_router.errors import RouterError
from finops_router.gateway.entrance import Entrance
from finops_router.gateway.exchange import EVENTS, JSON, ClientLeft, Exchange, Headers
from finops_router.gateway.problem import Problem, problem_of
from finops_router.gateway.wires.openai_errors import openai_problem, refuse

PAGE, POLICY, FIGURES, WATCHED = "page.html", "policy.txt", "figures.html", "watched"  # as finops_report.live.folder
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


class LivePage:
    """The page in `folder` for those whom `entrance` lets in; `clock` gives seconds since 1970 UTC."""

    def __init__(self, folder: Path, entrance: Entrance, clock: Callable[[], float]) -> None:
        self._folder, self._entrance, self._clock = folder, entrance, clock
        self._ending = asyncio.Event()
        self._watchers = 0
        self._said_s = 0.0

    def routes(self) -> dict[str, dict[str, Callable[[Exchange], Awaitable[None]]]]:
        """Return what answers which path, by method."""
        return {"/": {"GET": self.page}, "/live": {"GET": self.events}}

    def end(self) -> None:
        """End all streams: the worker takes no more."""
        self._ending.set()

    async def page(self, exchange: Exchange) -> None:
        """Answer with the whole page and its newest figures."""
        if not await self._is_let_in(exchange):
            return
        self._say_watched()
        await self._fresh_figures()
        page, policy, figures = self._read(PAGE), self._read(POLICY), self._read(FIGURES)
        if page is None or policy is None:
            await _refuse(exchange, 503, "overloaded", "The live page is not drawn yet: load it again", "not_drawn")
            return
        headers = [*CLOSED_OFF, (b"content-security-policy", policy)]
        await exchange.answer(200, HTML, page.replace(PLACE, figures or b"", 1), headers)

    async def events(self, exchange: Exchange) -> None:
        """Send the figures at once and again whenever they are drawn anew, until the client or the worker leaves."""
        if not await self._is_let_in(exchange):
            return
        if self._watchers >= MOST_WATCHERS or self._ending.is_set():
            await _refuse(exchange, 503, "overloaded", "Too many are watching, or the gateway is stopping", "busy")
            return
        self._watchers += 1
        try:
            await exchange.begin(200, EVENTS, [*CLOSED_OFF, (b"x-accel-buffering", b"no")])
            await exchange.while_connected(self._send_events(exchange))
            await exchange.end()
        except ClientLeft:
            pass
        finally:
            self._watchers -= 1

    async def _send_events(self, exchange: Exchange) -> None:
        await exchange.write(b"retry: 2000\n\n")
        drawn_ns, quiet_s = 0, 0.0
        while not self._ending.is_set():
            self._say_watched()
            newest_ns = self._drawn_ns()
            if newest_ns != drawn_ns and (figures := self._read(FIGURES)) is not None:
                await exchange.write(_event(figures))
                drawn_ns, quiet_s = newest_ns, 0.0
            elif quiet_s >= HEARTBEAT_S:
                await exchange.write(b": still here\n\n")
                quiet_s = 0.0
            await self._pause()
            quiet_s += LOOK_S

    async def _fresh_figures(self) -> None:
        """Wait a little if the figures are old: nobody draws while nobody looks."""
        found_ns = self._drawn_ns()
        if self._clock() - found_ns / 1e9 <= FRESH_S:
            return
        for _ in range(round(PATIENCE_S / LOOK_S)):
            await self._pause()
            if self._drawn_ns() != found_ns or self._ending.is_set():
                return

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._ending.wait(), LOOK_S)
        except TimeoutError:
            return

    def _drawn_ns(self) -> int:
        try:
            return (self._folder / FIGURES).stat().st_mtime_ns
        except OSError:
            return 0

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def _say_watched(self) -> None:
        """Let whoever draws know that somebody looks; without its folder nobody draws."""
        now_s = self._clock()
        if abs(now_s - self._said_s) < SAY_WATCHED_S:
            return
        self._said_s = now_s
        try:
            os.close(os.open(self._folder / WATCHED, os.O_WRONLY | os.O_CREAT, 0o600))
            os.utime(self._folder / WATCHED, (now_s, now_s))
        except OSError:
            return

    async def _is_let_in(self, exchange: Exchange) -> bool:
        """Return whether the page may be seen; who may not see it is answered."""
        if _is_from_another_page(exchange):
            await _refuse(exchange, 403, "permission", "Other pages may not load this one", "cors_is_off")
            return False
        try:
            self._entrance.key_of(_with_password(exchange.headers))
        except RouterError as error:
            problem = problem_of(error)
            more = [ASK_FOR_KEY] if problem.status == 401 else []
            await refuse(exchange, problem, [*more, *CLOSED_OFF])
            return False
        return True


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
