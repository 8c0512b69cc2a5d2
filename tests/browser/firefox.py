"""Drive a real Firefox over WebDriver BiDi, and record every request and error of a page."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
LIMIT_S = 60
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


@dataclass
class Firefox:
    """One window of a running Firefox: its requests and errors since the page was opened.

    A violation of the page's policy is an error, too.
    """

    socket: ClientConnection
    window: str = ""
    asked: int = 0
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and return its result; events that arrive before the answer are recorded."""
        self.asked += 1
        self.socket.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while (message := json.loads(self.socket.recv(LIMIT_S))).get("id") != self.asked:
            self._keep(message.get("method"), message["params"])
        assert message["type"] == "success", message
        result: dict[str, Any] = message["result"]
        return result

    def _keep(self, event: str, params: dict[str, Any]) -> None:
        if event == "network.beforeRequestSent" and params["context"] == self.window:
            self.requests.append(params["request"]["url"])
        elif event == "log.entryAdded" and params["level"] in ("error", "warn"):
            self.errors.append(params["text"])

    def open(self, page: Path, width: int = 1440, height: int = 900) -> None:
        """Open the file `page` in a new window; what was recorded of the one before is forgotten."""
        fresh = self.call("browsingContext.create", type="tab")["context"]
        if self.window:
            self.call("browsingContext.close", context=self.window)
        self.window = fresh
        self.call("browsingContext.setViewport", context=fresh, viewport={"width": width, "height": height})
        self.requests, self.errors = [], []
        self.call("browsingContext.navigate", context=fresh, url=page.resolve().as_uri(), wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page; a promise is awaited."""
        code = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        target = {"context": self.window}
        done = self.call("script.evaluate", expression=code, target=target, awaitPromise=True, userActivation=True)
        assert done["type"] == "success", done
        return json.loads(done["result"]["value"])

    def wait_for(self, condition: str) -> None:
        """Return as soon as `condition` is true in the page, evaluated once a frame; fail after LIMIT_S."""
        look = f"() => ({condition}) ? done() : requestAnimationFrame(look)"
        self.evaluate(f"new Promise((done) => {{ const look = {look}; look(); }})")

    def printed(self, width_cm: float, height_cm: float) -> bytes:
        """Return the page as a PDF on sheets of this size."""
        page = {"width": width_cm, "height": height_cm}
        done = self.call("browsingContext.print", context=self.window, page=page, shrinkToFit=False)
        return base64.b64decode(done["data"])

    def picture(self, out: Path) -> None:
        """Write a PNG of the whole page, for review by eye."""
        taken = self.call("browsingContext.captureScreenshot", context=self.window, origin="document")
        out.write_bytes(base64.b64decode(taken["data"]))


@contextmanager
def started(program: str, **prefs: int) -> Iterator[Firefox]:
    """Start `program` with a profile of its own and the given about:config settings; it is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        settings = "".join(f'user_pref("{name.replace("__", ".")}", {value});\n' for name, value in prefs.items())
        (Path(profile) / "user.js").write_text(settings, encoding="utf-8")
        command = [program, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            try:
                with connect(f"{_address(process)}/session", max_size=None) as socket:
                    yield _session(Firefox(socket))
            finally:
                process.terminate()


def found() -> str | None:
    """Return the path of an installed Firefox, None if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if found := LISTENING.search(line):
            return found[1]
    raise AssertionError("Firefox ended before it printed its address")


def _session(firefox: Firefox) -> Firefox:
    firefox.call("session.new", capabilities={})
    firefox.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
    return firefox
