"""Send a message by SMTP: temporary failures are retried aloud, permanent ones explained, and nothing is sent twice."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from finops_report.delivery.mail.failures import explained, is_temporary, text_of
from finops_report.delivery.mail.server import ANSWER_LIMIT_S, Server, check, connected
from finops_report.errors import MailError

WAITS_S = (2.0, 8.0, 30.0)  # between attempts: greylisting servers need a while
TAKING_LIMIT_S = 600.0  # RFC 5321, 4.5.3.2.6: servers may look at the content for so long before they take it
Answers = dict[str, tuple[int, str]]  # receiver -> the code and text with which the server did not accept it


@dataclass(frozen=True, slots=True)
class Outside:
    """What sending does beside talking to the server: wait, say a line, note who may have the mail, and who has it."""

    sleep: Callable[[float], None]
    say: Callable[[str], None]
    handing_over: Callable[[frozenset[str]], None]
    taken: Callable[[frozenset[str]], None]


def send(message: EmailMessage, receivers: frozenset[str], server: Server, outside: Outside) -> frozenset[str]:
    """Send to `receivers` and return them; raises MailError if the server does not accept it for all of them.

    Temporary failures (no connection, 4xx) are retried up to three times, each with a line; permanent ones (5xx, a
    name that does not exist) are not. The error is a PartlySentError if the server accepted it for some, and a
    MaybeSentError if the server was gone after it had the whole message: no retry then.
    """
    context = check(server)
    waiting, refused = set(receivers), dict[str, str]()
    for number, wait_s in enumerate((*WAITS_S, None), start=2):
        try:
            answers = _hand_in(message, sorted(waiting), server, context, outside)
        except (smtplib.SMTPException, OSError) as err:
            failed = explained(err, server)
            if wait_s is None or not is_temporary(err):
                if receivers == waiting:
                    raise failed from err
                refused |= dict.fromkeys(waiting, failed.message)
                break
            _wait(outside, failed.message, wait_s, number)
            continue
        refused |= {one: why for one, (code, why) in answers.items() if code >= 500}
        waiting = {one for one, (code, _) in answers.items() if code < 500}
        if not waiting or wait_s is None:
            break
        _wait(outside, "; ".join(f"{one}: {answers[one][1]}" for one in sorted(waiting)), wait_s, number)
    lacking = dict.fromkeys(waiting, "not yet: the server asks to try later") | refused
    if lacking:
        raise PartlySentError(lacking)
    return receivers


class PartlySentError(MailError):
    """The server refused some receivers; the others got the mail."""

    def __init__(self, refused: Mapping[str, str]) -> None:
        reasons = "; ".join(f"{one}: {why}" for one, why in sorted(refused.items()))
        super().__init__(f"Not taken for {reasons}", "check these addresses; a rerun sends to them alone")


class MaybeSentError(MailError):
    """The connection ended after the whole message was handed over for `receivers`, before the server's answer."""

    def __init__(self, receivers: frozenset[str], place: str) -> None:
        super().__init__(
            f"{place} closed the connection after it had the whole mail: {', '.join(sorted(receivers))} may have it",
            "ask one of them; --resend sends it again",
        )
        self.receivers = receivers


def _wait(outside: Outside, why: str, wait_s: float, number: int) -> None:
    outside.say(f"note: {why}; attempt {number} of {len(WAITS_S) + 1} in {wait_s:g} s")
    outside.sleep(wait_s)


def _hand_in(
    message: EmailMessage, receivers: list[str], server: Server, context: ssl.SSLContext, outside: Outside
) -> Answers:
    """Try once; return the answers for the receivers that the server did not accept.

    Raises MaybeSentError if the server was gone before it answered to the whole message.
    """
    content = message.as_bytes()
    content += b"" if content.endswith(b"\r\n") else b"\r\n"
    with connected(server, context) as connection:
        _mail_from(connection, message["From"].addresses[0].addr_spec, len(content))
        answers: Answers = {}
        for one in receivers:
            code, answer = connection.rcpt(one)
            if code not in {250, 251}:
                answers[one] = (code, text_of(answer))
        accepted = frozenset(receivers) - answers.keys()
        if accepted:
            _hand_over(connection, content, accepted, server, outside)
    return answers


def _mail_from(connection: smtplib.SMTP, sender: str, size_bytes: int) -> None:
    options: Sequence[str] = [f"size={size_bytes}"] if connection.has_extn("size") else []
    code, answer = connection.mail(sender, options)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, answer, sender)


def _hand_over(
    connection: smtplib.SMTP, content: bytes, receivers: frozenset[str], server: Server, outside: Outside
) -> None:
    """Send the content and wait until it is taken: a connection lost before its last line is a failure, after it not.

    smtplib's own `data` does not tell the two apart.
    """
    outside.handing_over(receivers)
    code, answer = connection.docmd("DATA")
    if code != 354:
        raise smtplib.SMTPDataError(code, answer)
    connection.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
    try:
        if connection.sock is not None:
            connection.sock.settimeout(TAKING_LIMIT_S)
        code, answer = connection.getreply()
    except (smtplib.SMTPException, OSError) as err:
        raise MaybeSentError(receivers, server.place) from err
    if connection.sock is not None:
        connection.sock.settimeout(ANSWER_LIMIT_S)
    if code != 250:
        raise smtplib.SMTPDataError(code, answer)
    outside.taken(receivers)
