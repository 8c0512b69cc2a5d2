"""Read Langfuse's observations of models from its public API: the second version of it, or the first where it is older.

The second gives no prompts and no answers unless it is asked for them; the first always does, and they are dropped.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from urllib.parse import urlencode, urlsplit

from finops_router.telemetry.waiting import Waiting

from finops_report.errors import ConfigError
from finops_report.ingest.langfuse import CALLS
from finops_report.ingest.remote.asking import Asking, NotAnsweredError
from finops_report.ingest.rows import Row, Rows, TornRow
from finops_report.web_address import is_web_address

PUBLIC, SECRET = "LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"
SECOND, FIRST = "/api/public/v2/observations", "/api/public/observations"
GROUPS = "core,basic,time,model,usage,metrics,trace_context"  # of fields: all but texts
PAGE_OF_SECOND, PAGE_OF_FIRST = 1000, 100  # observations, the most that each allows
KEYS = f"put the keys of the project into {PUBLIC} and {SECRET}"
Document = Mapping[str, object]
Page = tuple[list[object], str | None]  # what it holds, and where the next one is (None: it is the last)


@dataclass(frozen=True, slots=True)
class Observations:
    """The observations at a host, begun from the first moment to before the last (None: no such end)."""

    shown: str
    moments: tuple[datetime | None, datetime | None]
    asking: Asking

    is_named = True
    kind = "langfuse"

    @property
    def name(self) -> str:
        return self.shown

    def rows(self) -> Rows:
        """Yield the observations that use a model, a page in memory. Raises ConfigError if they cannot be had."""
        for number, one in enumerate(chain.from_iterable(self._pages()), 1):
            yield Row(number, one) if isinstance(one, Mapping) else TornRow(number, "no object of JSON")

    def _pages(self) -> Iterator[list[object]]:
        is_older = True
        try:
            for page in self._pages_of(SECOND, _page_of_second, {"fields": GROUPS, "limit": str(PAGE_OF_SECOND)}):
                is_older = False
                yield page
        except NotAnsweredError as err:
            if not is_older or err.status != 404:
                raise self._explained(err) from err
        if not is_older:
            return
        try:
            yield from self._pages_of(FIRST, _page_of_first, {"page": "1", "limit": str(PAGE_OF_FIRST)})
        except NotAnsweredError as err:
            raise self._explained(err) from err

    def _pages_of(self, path: str, read: Callable[[Document], Page], ask: Mapping[str, str]) -> Iterator[list[object]]:
        since, before = (None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in self.moments)
        days = {name: at for name, at in (("fromStartTime", since), ("toStartTime", before)) if at is not None}
        for type_ in CALLS:
            yield from self._pages_of_type(path, read, {**ask, **days, "type": type_})

    def _pages_of_type(
        self, path: str, read: Callable[[Document], Page], ask: Mapping[str, str]
    ) -> Iterator[list[object]]:
        onward, seen = "page" if "page" in ask else "cursor", set[str]()
        asked: Mapping[str, str] = ask
        while True:
            try:
                document = self.asking.document(f"{self.shown}{path}?{urlencode(asked)}", is_first=not seen)
            except NotAnsweredError as err:
                if err.status == 400 and ask["type"] != "GENERATION" and not seen:
                    return  # an older Langfuse has no such type
                raise
            found, following = read(document)
            yield found
            if following is None:
                return
            if following in seen:
                raise _broken(f"it gives the page {following} twice")
            seen.add(following)
            asked = {**ask, onward: following}

    def _explained(self, error: NotAnsweredError) -> ConfigError:
        if error.status in (401, 403):
            return ConfigError(error.message, f"{KEYS}; each region of Langfuse has a host of its own")
        if error.status == 404:
            return ConfigError(f"There is no API of Langfuse at {self.shown}", "give the host of its page alone")
        return error


def observations_at(
    address: str, moments: tuple[datetime | None, datetime | None], environment: Mapping[str, str], waiting: Waiting
) -> Observations:
    """Return the observations at a host. Raises ConfigError if the address is none, or if there are no keys."""
    if not is_web_address(address):
        raise ConfigError("The address of Langfuse cannot be read", f"write https://HOST, and {KEYS}")
    parts = urlsplit(address)
    keys = tuple((environment.get(name) or "").strip() for name in (PUBLIC, SECRET))
    if not all(keys):
        raise ConfigError(f"There is no key for {parts.netloc}", KEYS)
    proof = base64.b64encode(":".join(keys).encode()).decode()
    shown = f"{parts.scheme}://{parts.netloc}{parts.path.partition('/api/public')[0].rstrip('/')}"
    return Observations(shown, moments, Asking(f"Basic {proof}", waiting.sleep, (*keys, proof)))


def _page_of_second(document: Document) -> Page:
    data, meta = _parts(document)
    cursor = meta.get("cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise _broken("its cursor is no text")
    return data, cursor or None


def _page_of_first(document: Document) -> Page:
    data, meta = _parts(document)
    page, pages = meta.get("page"), meta.get("totalPages")
    if not isinstance(page, int) or not isinstance(pages, int):
        raise _broken("a page does not say which it is, and of how many")
    if page < pages and not data:
        raise _broken(f"page {page} of {pages} is empty")
    return data, str(page + 1) if page < pages else None


def _parts(document: Document) -> tuple[list[object], Document]:
    data, meta = document.get("data"), document.get("meta")
    if not isinstance(data, list) or not isinstance(meta, Mapping):
        raise _broken("a page has no data")
    return data, meta


def _broken(reason: str) -> ConfigError:
    return ConfigError(f"Langfuse's API does not answer as it should: {reason}", "try again, or check the address")
