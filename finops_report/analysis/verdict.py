"""Name the verdicts an answer can have."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["good", "watch", "bad", "not enough data", "not judged"]
