"""`make gateway-clients`: clients too heavy for every test run, each in an environment of its own, against a gateway.

`python -m tests.gateway_clients FOLDER` installs the openai SDK of Node by npm, and LangChain and LiteLLM by pip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.finops_router.gateway.running import group, provider, running
from tests.finops_router.scenarios.conduct import started

HERE = Path(__file__).parent
MODELS = ("ok", "cut", "arguments")
NODE = "openai@^6"
PYTHON = ("langchain-openai", "litellm")


def main(place: Path) -> None:
    """Install and run all clients; exits with 1 if one fails."""
    os.environ["UPSTREAM_KEY"] = "sk-test-0123456789abcdef"
    process, url = started()
    settings = "".join(group(("wall", model), name=model) for model in MODELS)
    try:
        with running(settings + provider("wall", "openai", url)) as gateway:
            commands = [command for command in (_node(place), _python(place)) if command]
            codes = [subprocess.run([*command, gateway.v1, "none"], check=False).returncode for command in commands]
    finally:
        process.kill()
        process.communicate()
    sys.exit(any(codes))


def _node(place: Path) -> list[str]:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.stdout.write("node: not installed, skipped\n")
        return []
    folder = place / "node"
    folder.mkdir(parents=True, exist_ok=True)
    install = [npm, "install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "--silent", NODE]
    subprocess.run(install, check=True)
    script = folder / "openai_node.mjs"  # where Node finds what was installed
    shutil.copy(HERE / script.name, script)
    return [node, str(script)]


def _python(place: Path) -> list[str]:
    folder = place / "python"
    if not folder.exists():
        venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PYTHON], check=True)
    return [python, str(HERE / "python_clients.py")]


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
