"""Name the signals that tell a program to stop; SIGALRM repeats one that a library has swallowed."""

from __future__ import annotations

import signal

STOPS = (signal.SIGINT, signal.SIGTERM, *([signal.SIGALRM] if hasattr(signal, "SIGALRM") else []))
