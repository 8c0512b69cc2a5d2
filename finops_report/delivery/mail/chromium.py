"""Find the Chromium of this machine, and the flags it needs on any of them."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Our own page only, which loads nothing: containers and root have neither a graphics card nor the sandbox.
FLAGS = ("--disable-gpu", "--no-sandbox")


def find_chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome, None if there is none."""
    return next(iter(find_chromiums()), None)


def find_chromiums() -> tuple[str, ...]:
    """Return the paths of all that are installed, each once."""
    return tuple(dict.fromkeys(filter(None, map(shutil.which, NAMES))))
