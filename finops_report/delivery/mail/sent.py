"""Remember who got which mail, so that nobody gets one twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from finops_report.delivery.mail.sending import PartlySentError, Server, send
from finops_report.errors import OutputError
from finops_report.files import write_whole


@dataclass(frozen=True, slots=True)
class SentLog:
    """A JSON file: Message-ID -> the addresses that got it."""

    path: Path

    def receivers(self, message_id: str) -> frozenset[str]:
        """Return who got this mail already. Raises OutputError if the file is not a log of ours."""
        return frozenset(self._read().get(message_id, ()))

    def add(self, message_id: str, receivers: frozenset[str]) -> None:
        """Note that `receivers` got this mail. Raises OutputError if the log cannot be written."""
        known = self._read()
        known[message_id] = sorted({*known.get(message_id, ()), *receivers})
        write_whole({self.path: json.dumps(known, indent=1, sort_keys=True) + "\n"})

    def _read(self) -> dict[str, list[str]]:
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as err:
            raise self._invalid() from err
        if not isinstance(known, dict):
            raise self._invalid()
        return known

    def _invalid(self) -> OutputError:
        return OutputError(f"Not a log of sent mail: {self.path}", "move it away, or name another --sent-log")


def send_once(
    message: EmailMessage, server: Server, log: SentLog, sleep: Callable[[float], None], resend: bool = False
) -> frozenset[str]:
    """Send `message` to its receivers who are not in the log (to all with `resend`), and add who got it to the log.

    Return who got it now; nobody if all had it already. Raises MailError as `send` does; those who got it although
    others were refused are in the log then, so that a rerun sends to the others alone.
    """
    name = str(message["Message-ID"])
    receivers = frozenset(one.addr_spec for one in message["To"].addresses)
    waiting = receivers if resend else receivers - log.receivers(name)
    if not waiting:
        return frozenset()
    try:
        sent = send(message, waiting, server, sleep)
    except PartlySentError as err:
        log.add(name, err.sent)
        raise
    log.add(name, sent)
    return sent
