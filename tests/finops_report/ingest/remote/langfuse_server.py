"""A small server that speaks as Langfuse's public API of observations does, and fails as it is told to."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

PUBLIC, SECRET = "pk-lf-0f1e2d3c-4b5a", "sk-lf-9a8b7c6d-5e4f"
GROUPS = {  # of fields, as the second version of the API has them
    "core": ("id", "traceId", "startTime", "endTime", "type"),
    "basic": ("name", "level", "environment", "userId"),
    "time": ("completionStartTime",),
    "io": ("input", "output"),
    "model": ("providedModelName",),
    "usage": ("usageDetails", "costDetails", "totalCost"),
    "metrics": ("latency", "timeToFirstToken"),
    "trace_context": ("tags", "traceName"),
}


@dataclass(frozen=True)
class Answer:
    """What is answered: a body (as it is, or as JSON) with a status and headers."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Langfuse:
    """What it holds, how much of it is on a page at most, and what it answers to the next questions instead.

    `instead` is asked first, with the number of the question from 0; None: it is answered as it should be.
    """

    observations: list[dict[str, Any]]
    most: int = 1000
    is_older: bool = False
    instead: Callable[[int], Answer | None] = lambda number: None
    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, address: str, authorization: str | None) -> Answer:
        parts = urlsplit(address)
        ask = {name: value for name, (value, *_) in parse_qs(parts.query).items()}
        self.asked.append((parts.path, ask))
        told = self.instead(len(self.asked) - 1)
        if told is not None:
            return told
        if authorization != "Basic " + base64.b64encode(f"{PUBLIC}:{SECRET}".encode()).decode():
            return Answer({"message": "Invalid credentials. Confirm that you've configured the correct host."}, 401)
        if parts.path == "/api/public/v2/observations" and not self.is_older:
            return Answer(self._by_cursor(ask))
        if parts.path != "/api/public/observations":
            return Answer({"message": "The observations v2 API is only available in a v4 write mode"}, 404)
        if self.is_older and ask["type"] not in ("GENERATION", "SPAN", "EVENT"):
            return Answer({"message": "Invalid request data"}, 400)
        return Answer(self._by_page(ask))

    def _wanted(self, ask: Mapping[str, str]) -> list[dict[str, Any]]:
        since, before = ask.get("fromStartTime", ""), ask.get("toStartTime", "9")
        found = [one for one in self.observations if one["type"] == ask["type"]]
        return [one for one in found if since[:19] <= one["startTime"][:19] < before[:19]]

    def _by_cursor(self, ask: Mapping[str, str]) -> dict[str, Any]:
        names = [name for group in ask["fields"].split(",") for name in GROUPS[group]]
        found, start = self._wanted(ask), int(ask.get("cursor", "c0")[1:])
        end = start + min(int(ask["limit"]), self.most)
        data = [{name: one[name] for name in names if name in one} for one in found[start:end]]
        return {"data": data, "meta": {"cursor": f"c{end}"} if end < len(found) else {}}

    def _by_page(self, ask: Mapping[str, str]) -> dict[str, Any]:
        found, page, limit = self._wanted(ask), int(ask["page"]), min(int(ask["limit"]), self.most)
        meta = {"page": page, "limit": limit, "totalItems": len(found), "totalPages": -(-len(found) // limit)}
        data = [one | {"model": one["providedModelName"]} for one in found[(page - 1) * limit : page * limit]]
        return {"data": data, "meta": meta}


@contextmanager
def serving(langfuse: Langfuse) -> Iterator[Langfuse]:
    """Serve it on loopback, and give it its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = langfuse.answer(self.path, self.headers.get("Authorization"))
            self.send_response(found.status)
            sent = {"Content-Type": "application/json", "Content-Length": str(len(found.content)), **found.headers}
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(found.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its own name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        langfuse.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield langfuse
        finally:
            server.shutdown()
            thread.join()
