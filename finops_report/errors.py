"""Say what could not be done, and what to do next.

FinopsError                 one `error:` line, one `hint:` line, exit code 1
├── ConfigError             finops.toml or an option cannot be used
├── DatabaseError           the telemetry cannot be opened or read
├── OutputError             the report cannot be written; the old one stays whole
└── MailError               the mail cannot be made or was not taken
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Explained(Protocol):
    """An error of either half that the reader can mend: FinopsError here, RouterError in the router."""

    message: str
    hint: str


class FinopsError(Exception):
    """Something the reader can mend: `message` says what, `hint` says how."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(FinopsError):
    """A setting or an option cannot be used."""


class DatabaseError(FinopsError):
    """The telemetry cannot be opened or read."""


class OutputError(FinopsError):
    """The report cannot be written; what stood there before is untouched."""


class MailError(FinopsError):
    """The mail cannot be made, or the server did not take it."""
