"""Remember who got which mail, so that a rerun sends none twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from finops_report.errors import OutputError
from finops_report.files import write_whole


@dataclass(frozen=True, slots=True)
class SentLog:
    """A JSON file: Message-ID -> the addresses that got it."""

    path: Path

    def receivers(self, message_id: str) -> frozenset[str]:
        """Who got this mail already. Raises OutputError when the file is not ours."""
        return frozenset(self._read().get(message_id, ()))

    def add(self, message_id: str, receivers: frozenset[str]) -> None:
        """Note that `receivers` got this mail. Raises OutputError when it cannot be written."""
        known = self._read()
        known[message_id] = sorted({*known.get(message_id, ()), *receivers})
        write_whole({self.path: json.dumps(known, indent=1, sort_keys=True) + "\n"})

    def _read(self) -> dict[str, list[str]]:
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as err:
            raise self._wrong() from err
        if not isinstance(known, dict):
            raise self._wrong()
        return known

    def _wrong(self) -> OutputError:
        return OutputError(f"Not a log of sent mail: {self.path}", "move it away, or name another --sent-log")
