"""Decide who is still to be told which figures, and note in the log how each mail goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from finops_report.delivery.mail.said import fingerprint
from finops_report.delivery.mail.sending import MaybeSentError, Outside, send
from finops_report.delivery.mail.sent_log import Mail, SentLog, Told
from finops_report.delivery.mail.server import Server
from finops_report.errors import FinopsError


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be sent: to whom, and the earlier mail that told them other figures (None: they were told nothing)."""

    receivers: frozenset[str]
    earlier: Mail | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be sent, and who may have it already, because an earlier run could not find out."""

    letters: tuple[Letter, ...]
    unsure: frozenset[str] = frozenset()


def plan(log: SentLog, report: str, figures: Mapping[str, str], receivers: Iterable[str], resend: bool) -> Plan:
    """Decide who gets a mail: whoever was not told these figures yet, or everybody with `resend`.

    Readers with the same history share a letter. Raises OutputError if the log cannot be read.
    """
    told, now = log.told(report), fingerprint(figures)
    groups: dict[str, set[str]] = {}
    unsure: set[str] = set()
    for one in receivers:
        last = told.get(one)
        if last is not None and last.mail.fingerprint == now:
            if resend:
                groups.setdefault(last.mail.after, set()).add(one)
            elif not last.certain:
                unsure.add(one)
            continue
        groups.setdefault("" if last is None else last.mail.message_id, set()).add(one)
    letters = (Letter(frozenset(group), log.mail(name)) for name, group in sorted(groups.items()))
    return Plan(tuple(letters), frozenset(unsure))


@dataclass(frozen=True, slots=True)
class Record:
    """Notes in the log how one mail of a report goes: about to be taken, taken, or not."""

    log: SentLog
    report: str
    mail: Mail
    before: Mapping[str, Told | None]

    def may_have_it(self, receivers: frozenset[str]) -> None:
        """Note, before the content is handed over, that `receivers` may have the mail from now on."""
        self.log.note(self.report, dict.fromkeys(receivers, Told(self.mail, certain=False)))

    def have_it(self, receivers: frozenset[str]) -> None:
        """Note that the server took it for `receivers`."""
        self.log.note(self.report, dict.fromkeys(receivers, Told(self.mail)))

    def have_it_not(self, unknown: frozenset[str] = frozenset()) -> None:
        """Take back what was noted for those for whom it was not taken after all, except for the `unknown`."""
        now, uncertain = self.log.told(self.report), Told(self.mail, certain=False)
        waiting = {one: last for one, last in self.before.items() if one not in unknown and now.get(one) == uncertain}
        self.log.note(self.report, waiting)


def record(log: SentLog, report: str, mail: Mail, receivers: frozenset[str]) -> Record:
    """Return what notes the way of `mail`, which knows what `receivers` were told before."""
    told = log.told(report)
    return Record(log, report, mail, {one: told.get(one) for one in receivers})


def send_letter(
    message: EmailMessage,
    receivers: frozenset[str],
    server: Server,
    noted: Record,
    sleep: Callable[[float], None],
    say: Callable[[str], None],
) -> frozenset[str]:
    """Send one mail to `receivers` and return them, with what happened in the log.

    Raises MailError as `send` does; those who got it although others were refused are in the log then, so that a rerun
    sends to the others alone.
    """
    try:
        return send(message, receivers, server, Outside(sleep, say, noted.may_have_it, noted.have_it))
    except MaybeSentError as err:
        noted.have_it_not(err.receivers)
        raise
    except FinopsError:
        noted.have_it_not()
        raise
