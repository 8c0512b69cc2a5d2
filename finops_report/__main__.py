"""Run the command line; Ctrl-C ends it in its words from the first moment on, while its parts are being loaded."""

from __future__ import annotations

import signal
from types import FrameType

STOPPED = "error: Stopped before it was done\nhint: nothing was begun yet"


def run() -> None:
    """Do what the `finops-report` command does."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _stop)
    from finops_report.cli import main  # noqa: PLC0415 -- which takes a moment

    main()


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(STOPPED)


if __name__ == "__main__":
    run()
