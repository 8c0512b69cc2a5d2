"""Remember who was told what by mail: a JSON file of the mails, with every figure they had."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_report.delivery.mail.said import fingerprint
from finops_report.errors import OutputError
from finops_report.files import write_whole
from finops_report.folder_lock import locked
from finops_report.named_files import content_of

SCHEMA = 2
TURN_S, TURNS = 0.5, 120  # between two looks whether another run is done, and how many there are


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was sent: its Message-ID, the day (ISO 8601) it was sent, its figures by label.

    `after` is the Message-ID of the mail whose figures it corrected, '' if it was the first.
    """

    message_id: str
    on: str
    figures: Mapping[str, str]
    after: str = ""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.figures)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told last, by which mail; `certain` is False if it is not known whether it arrived."""

    mail: Mail
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Content:
    """The log as it is in the file: all mails, and for each report who was told what."""

    mails: dict[str, Mail]
    told: dict[str, dict[str, tuple[str, bool]]]


@dataclass(frozen=True, slots=True)
class SentLog:
    """A JSON file of all mails that somebody was told last; a report is named by its days, title and sender.

    `option` is the one by which the command in use names the file: its errors ask for another.
    """

    path: Path
    option: str = "--sent-log"

    @contextmanager
    def held(self, sleep: Callable[[float], None]) -> Iterator[None]:
        """Let one run at a time decide and send by the logs of a folder, so that nobody gets two mails.

        Raises OutputError if another run is still sending after a minute, or the folder cannot be made.
        """
        folder = self.path.resolve().parent
        with ExitStack() as lock:
            for turn in range(TURNS + 1):
                try:
                    folder.mkdir(parents=True, exist_ok=True)
                    lock.enter_context(locked(folder))
                    break
                except BlockingIOError as err:
                    if turn == TURNS:
                        raise OutputError(
                            f"Another run is sending mail by {self.path}", "try again when that one has ended"
                        ) from err
                except OSError as err:
                    raise OutputError(
                        f"The log of sent mail cannot be kept: {folder}: {err.strerror or err}",
                        f"check its permissions, or name another {self.option}; nothing was sent",
                    ) from err
                sleep(TURN_S)
            yield

    def told(self, report: str) -> dict[str, Told]:
        """Return what each reader of `report` was told last. Raises OutputError if the file is not a log of ours."""
        content = self._read()
        found = content.told.get(report, {})
        return {one: Told(content.mails[message_id], certain) for one, (message_id, certain) in found.items()}

    def mail(self, message_id: str) -> Mail | None:
        """Return a mail that is remembered. Raises OutputError as `told` does."""
        return self._read().mails.get(message_id)

    def note(self, report: str, told: Mapping[str, Told | None]) -> None:
        """Remember what readers of `report` were told; None forgets one. Raises OutputError if it cannot be written."""
        content = self._read()
        before = _written(content)
        readers = content.told.setdefault(report, {})
        for one, last in told.items():
            readers.pop(one, None)
            if last is not None:
                content.mails[last.mail.message_id] = last.mail
                readers[one] = (last.mail.message_id, last.certain)
        if _written(content) != before:
            write_whole({self.path: _written(content)})

    def _read(self) -> _Content:
        try:
            return _content(json.loads(content_of(self.path)))
        except FileNotFoundError:
            return _Content({}, {})
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as err:
            raise OutputError(
                f"Not a log of sent mail: {self.path}", f"move it away, or name another {self.option}; nothing was sent"
            ) from err


def _content(document: Any) -> _Content:
    """Return the log of a JSON document; raises ValueError, TypeError, KeyError or AttributeError if it is none.

    A log of the first kind has a list of receivers for each Message-ID and does not know what they were told: it
    counts as empty.
    """
    if document and all(isinstance(one, list) for one in document.values()):
        return _Content({}, {})
    if document and document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    mails = {
        str(message_id): Mail(
            str(message_id), str(one["on"]), {str(k): str(v) for k, v in one["figures"].items()}, str(one["after"])
        )
        for message_id, one in document.get("mails", {}).items()
    }
    told = {
        str(report): {str(one): (str(last["mail"]), bool(last["certain"])) for one, last in readers.items()}
        for report, readers in document.get("told", {}).items()
    }
    if not {message_id for readers in told.values() for message_id, _ in readers.values()} <= mails.keys():
        raise ValueError("a mail that is not in it")
    return _Content(mails, told)


def _written(content: _Content) -> str:
    """Return the log as JSON, with the mails that somebody was told last and those that these corrected."""
    last = {message_id for readers in content.told.values() for message_id, _ in readers.values()}
    needed = last | {content.mails[one].after for one in last}
    document = {
        "schema": SCHEMA,
        "mails": {
            name: {"on": mail.on, "figures": dict(mail.figures), "after": mail.after}
            for name, mail in content.mails.items()
            if name in needed
        },
        "told": {
            report: {one: {"mail": name, "certain": certain} for one, (name, certain) in readers.items()}
            for report, readers in content.told.items()
            if readers
        },
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
