"""The image, built once for all of its tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.podman import Podman, made_base, podman

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("FINOPS_IMAGE", "") or ".cache/image").absolute()
KEYS = {"OPENAI_API_KEY": "sk-test", "ANTHROPIC_API_KEY": "sk-test", "GEMINI_API_KEY": "sk-test"}


@pytest.fixture(scope="session")
def built() -> Iterator[Podman]:
    """podman with the image in it, built of the checkout as the Containerfile says."""
    if "FINOPS_IMAGE" not in os.environ:
        pytest.skip("an image takes minutes and packages of Debian's: make image")
    if os.geteuid() != 0 or shutil.which("podman") is None:
        pytest.skip("the image is made and run as root, by podman (apt install podman)")
    with podman(FOLDER, KEYS) as found:
        made_base(found)
        found.run("podman", "build", "--isolation", "chroot", "--pull=never", "--tag", "finops-report", ROOT)
        yield found
