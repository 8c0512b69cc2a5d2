"""What the README shows is run as it stands there: its commands and its Python."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import duckdb
import pytest

from tests.conftest import call, write_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found, language
    return found


def test_the_commands_build_reports(tmp_path: Path) -> None:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    commands = "\n".join(blocks("bash"))
    subprocess.run(["bash", "-euc", commands], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "output/report.html").exists()
    assert (tmp_path / "output/site/index.html").exists()
    assert (tmp_path / "mail.eml").exists()
    assert (tmp_path / "october.html").exists()


def test_the_two_commands_are_in_the_makefile() -> None:
    targets = re.findall(r"^make (\w+)", "\n".join(blocks("console")), re.MULTILINE)
    for target in targets:
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)
    assert targets == ["demo", "test"]


def test_cleaning_leaves_reports_sites_and_telemetry_alone() -> None:
    made = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "clean"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert made.split() == ["rm", "-rf", ".venv", ".cache", "dist", "build"]


def test_the_demo_keeps_to_the_folder_of_what_is_built_and_says_what_to_type_next() -> None:
    made = subprocess.run(["make", "--dry-run", "demo"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "--db output/demo.duckdb" in made
    assert "finops-report doctor --db FILE" in made


class OpenAIStub(BaseHTTPRequestHandler):
    """Answers chat completions in the real shape, cached tokens included."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        usage = {
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "total_tokens": 120,
            "prompt_tokens_details": {"cached_tokens": 40},
        }
        message = {"role": "assistant", "content": "Hello"}
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "gpt-4o-mini-2024-07-18",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": usage,
        }
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the test's output is the test's."""


def serving_openai() -> Iterator[str]:
    """Yield the address of a stub of OpenAI on loopback, which is there until the next step."""
    with HTTPServer(("127.0.0.1", 0), OpenAIStub) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


@pytest.fixture
def openai_url() -> Iterator[str]:
    yield from serving_openai()


def test_the_python_records_a_call_made_with_the_real_sdk(tmp_path: Path, openai_url: str) -> None:
    (code,) = blocks("python")
    environment = os.environ | {"OPENAI_BASE_URL": openai_url, "OPENAI_API_KEY": "none"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True)
    with duckdb.connect(str(tmp_path / "telemetry.duckdb")) as con:
        row = con.execute(
            "select model, input_tokens, cache_read_input_tokens, cost_estimated, team from telemetry"
        ).fetchall()
    assert row == [
        ("gpt-4o-mini-2024-07-18", 100, 40, pytest.approx((60 * 0.15 + 40 * 0.075 + 20 * 0.6) / 1e6), "search")
    ]


@pytest.mark.parametrize(
    "page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", *Path("docs").rglob("*.md")], ids=str
)
def test_links_lead_to_files(page: str | Path) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_every_command_is_documented() -> None:
    from finops_report.cli import main

    written = "\n".join(p.read_text(encoding="utf-8") for p in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    for name in main.commands:
        assert f"finops-report {name}" in written, name
    assert shutil.which("make")
