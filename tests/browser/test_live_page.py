"""The gateway's live page in a browser: it asks for a key, and what is spent shows without a reload."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, expect

from tests.finops_report.commands.serving import Gateway, serving
from tests.finops_report.commands.test_serve import wall
from tests.finops_router.gateway.running import group, provider

__all__ = ["wall"]  # a fixture
pytestmark = pytest.mark.browser
PRICES = """
[[router.prices]]
provider = "wall"
model = "ok"
input_usd_per_mtok = 1000
output_usd_per_mtok = 2000
[[budgets]]
name = "All of it"
amount = 1000
period = "month"
"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, wall: str) -> Iterator[tuple[Gateway, str]]:
    place = tmp_path_factory.mktemp("gateway")
    with serving(place, group(("wall", "ok")) + provider("wall", "openai", wall) + PRICES) as found:
        key = made_key(found, "reader")
        found.until(lambda: not opens(found, "none"))  # it looks for keys twice a second
        yield found, key
        assert found.ended() == 0


def made_key(gateway: Gateway, name: str, *options: str) -> str:
    command = [sys.executable, "-m", "finops_report", "keys", "add", name, *options]
    done = subprocess.run(command, cwd=gateway.place, capture_output=True, text=True, check=True)
    (key,) = [word for word in done.stdout.split() if word.startswith("finops_key_")]
    return key


def ask(gateway: Gateway, key: str) -> None:
    body = b'{"model": "chat", "messages": [{"role": "user", "content": "Hello"}]}'
    url = f"http://127.0.0.1:{gateway.port}/v1/chat/completions"
    request = urllib.request.Request(url, body, {"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        answer.read()


def opens(gateway: Gateway, key: str) -> bool:
    """Whether the gateway knows a key by now."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{gateway.port}/v1/models", None, {"Authorization": f"Bearer {key}"}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return bool(answer.read())
    except urllib.error.HTTPError as err:
        err.close()
        return False


def recorded(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_what_is_spent_shows_without_a_reload(browser: Browser, gateway: tuple[Gateway, str]) -> None:
    served, key = gateway
    root = f"http://127.0.0.1:{served.port}/"
    with browser.new_context() as stranger, pytest.raises(Error, match="INVALID_AUTH_CREDENTIALS"):
        stranger.new_page().goto(root)  # it asks, and nobody answers
    with browser.new_context(http_credentials={"username": "reader", "password": key}) as context:
        page = context.new_page()
        said = recorded(page)
        page.goto(root)
        expect(page.locator(".amount")).to_have_text("$0.00")
        expect(page.locator("#state")).to_have_text("Live")
        expect(page.locator(".still")).to_be_hidden()
        page.evaluate("window.stayed = true")
        ask(served, key)
        expect(page.locator(".amount")).not_to_have_text("$0.00", timeout=30_000)
        expect(page.locator(".volume strong").first).to_have_text("1")
        expect(page.locator('[data-part="health"]')).to_contain_text("Healthy")
        expect(page.locator('[data-part="budgets"]')).to_contain_text("All of it")
        assert page.evaluate("window.stayed"), "it was not loaded again"
        assert Axe().run(page).response["violations"] == []
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert said == []


def test_a_lost_connection_is_told_and_found_again(browser: Browser, gateway: tuple[Gateway, str]) -> None:
    served, key = gateway
    with browser.new_context(http_credentials={"username": "", "password": key}) as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{served.port}/")
        expect(page.locator("#state")).to_have_text("Live")
        (worker,) = served.workers()
        os.kill(worker, signal.SIGKILL)
        expect(page.locator("#state")).to_have_text("Connection lost, trying again")
        expect(page.locator("#state")).to_have_text("Live", timeout=30_000)


def test_without_scripts_it_has_the_figures_of_when_it_was_loaded(
    browser: Browser, gateway: tuple[Gateway, str]
) -> None:
    served, key = gateway
    with browser.new_context(http_credentials={"username": "", "password": key}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{served.port}/")
        expect(page.locator(".amount")).to_contain_text("$")
        expect(page.locator(".still")).to_contain_text("load the page again")
        expect(page.locator("#state")).to_be_hidden()


def test_a_key_of_a_team_shows_that_team_alone(browser: Browser, gateway: tuple[Gateway, str]) -> None:
    served, key = gateway
    of_search = made_key(served, "search", "--team", "search")
    served.until(lambda: opens(served, of_search))
    ask(served, key)
    with browser.new_context(http_credentials={"username": "search", "password": of_search}) as context:
        page = context.new_page()
        said = recorded(page)
        page.goto(f"http://127.0.0.1:{served.port}/")
        expect(page.locator("#state")).to_have_text("Live")
        expect(page.locator('[data-part="today"]')).to_contain_text("Of the team search alone", timeout=30_000)
        expect(page.locator(".amount")).to_have_text("$0.00")
        expect(page.locator('[data-part="budgets"]')).not_to_contain_text("All of it")
        ask(served, of_search)
        expect(page.locator(".volume strong").first).to_have_text("1", timeout=30_000)
        assert Axe().run(page).response["violations"] == []
        assert [line for line in said if "401" not in line] == []
