"""Ask an API over HTTP for documents of JSON: patient with one that is busy, never sent on to another host."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, NoReturn

from finops_router.redaction import without_secrets

from finops_report.errors import ConfigError
from finops_report.ingest.rows import json_object

MOST_TRIES = 6  # of one question
MOST_PAUSE_S = 120.0  # an API that wants a longer one is asked another time
SILENCE_S = 60.0
MOST_BYTES = 64 * 2**20  # of one document
MOST_LETTERS = 200  # of what an API says is wrong
BUSY = frozenset({429, 500, 502, 503, 504})
WHOLE_SECONDS = re.compile(r"\d{1,6}")


class NotAnsweredError(ConfigError):
    """An API that does not give what it was asked for; `status` is that of HTTP, None if there is no answer at all."""

    def __init__(self, message: str, hint: str, status: int | None = None) -> None:
        super().__init__(message, hint)
        self.status = status


class _Later(Exception):  # noqa: N818 -- it is no failure yet
    def __init__(self, reason: str, status: int | None, pause_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.pause_s = reason, status, pause_s


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follow nothing: the next host would be sent the keys."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Asking:
    """How an API is asked: with which header, how to pause (seconds), how long it may be silent, what is secret."""

    authorization: str = field(repr=False)
    pause: Callable[[float], None]
    secrets: tuple[str, ...] = field(repr=False)
    silence_s: float = SILENCE_S

    def document(self, address: str, *, is_first: bool = False) -> Mapping[str, object]:
        """Return the object at an http or https address.

        An API that is busy is asked again, as late as it wants, and so is one whose connection breaks, unless nothing
        was ever heard of it. Raises NotAnsweredError.
        """
        tried = 0
        while True:
            tried += 1
            try:
                return _object(self._body(address), address)
            except _Later as later:
                self._wait(later, tried, address, is_first=is_first)

    def _wait(self, later: _Later, tried: int, address: str, *, is_first: bool) -> None:
        pause_s = 2.0**tried if later.pause_s is None else later.pause_s
        is_silent = later.status is None and is_first
        if is_silent or tried >= MOST_TRIES or pause_s > MOST_PAUSE_S:
            hint = "check the address, and that the host can be reached" if is_silent else "try again later"
            raise NotAnsweredError(f"{_host(address)} gives no answer: {later.reason}", hint, later.status)
        self.pause(pause_s)

    def _body(self, address: str) -> bytes:
        headers = {"Authorization": self.authorization, "Accept": "application/json", "User-Agent": "finops-report"}
        request = urllib.request.Request(address, headers=headers)  # noqa: S310 -- the caller has looked at its scheme
        try:
            with urllib.request.build_opener(_StayHere).open(request, timeout=self.silence_s) as answer:
                body: bytes = answer.read(MOST_BYTES + 1)
                if len(body) <= MOST_BYTES and answer.length:  # a read of so many bytes does not say so itself
                    raise http.client.IncompleteRead(body, answer.length)
        except urllib.error.HTTPError as err:
            with err:
                self._refused(err, address)
        except (OSError, http.client.HTTPException) as err:
            raise _Later(self._plain(getattr(err, "reason", None) or err), None) from err
        if len(body) > MOST_BYTES:
            raise NotAnsweredError(f"{_host(address)} answers with more than {MOST_BYTES} bytes", "ask for fewer days")
        return body

    def _refused(self, err: urllib.error.HTTPError, address: str) -> NoReturn:
        if err.code in BUSY:
            wanted = WHOLE_SECONDS.fullmatch((err.headers.get("Retry-After") or "").strip())
            raise _Later(f"it is busy ({err.code})", err.code, None if wanted is None else float(wanted[0])) from err
        if moved := err.headers.get("Location"):
            hint = f"give the address it is at: {self._plain(moved.partition('?')[0])}"
            raise NotAnsweredError(f"{_host(address)} sends on to another address", hint, err.code) from err
        said = _message(err)
        reason = f"{err.code}{said and f': {self._plain(said)}'}"
        hint = "check the address and the keys"
        raise NotAnsweredError(f"{_host(address)} refuses: {reason}", hint, err.code) from err

    def _plain(self, text: object) -> str:
        words = " ".join(str(text).split()) or type(text).__name__
        return without_secrets(words, self.secrets)[:MOST_LETTERS]


def _host(address: str) -> str:
    return "/".join(address.split("/", 3)[:3])


def _message(answer: IO[bytes]) -> str:
    """Return what an answer says is wrong, in its `message`; '' if it says nothing."""
    try:
        found = json_object(answer.read(MOST_BYTES))
    except (OSError, http.client.HTTPException):
        return ""
    said = None if found is None else found.get("message")
    return said if isinstance(said, str) else ""


def _object(body: bytes, address: str) -> Mapping[str, object]:
    found = json_object(body)
    if found is None:
        raise NotAnsweredError(f"{_host(address)} answers with no JSON", "check the address, and what is between")
    return found
