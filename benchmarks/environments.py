"""Make an environment of its own for a peer whose pins fit nobody else's; it is kept for the next run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LITELLM = ("litellm==1.106.2",)  # the newest that can be installed; releases 1.82.7 and 1.82.8 carried malware
LITELLM_PROXY = ("litellm[proxy]==1.106.2",)
LANGCHAIN = ("langchain-openai>=1.7,<2",)


def python_with(name: str, requirements: tuple[str, ...]) -> Path | None:
    """Return the Python of an environment that has `requirements`; None, after saying why, if it cannot be made."""
    place = ROOT / ".cache" / name
    python, done = place / "bin/python", place / "installed.txt"
    if done.exists() and done.read_text() == "\n".join(requirements):
        return python
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements]
    ran = subprocess.run(pip, check=False, capture_output=True, text=True)
    if ran.returncode:
        print(f"{name} cannot be installed: {ran.stderr[-400:]}")
        return None
    done.write_text("\n".join(requirements))
    return python
