"""Send a mail to those who have not got it, so that a rerun sends none twice."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

from finops_report.delivery.mail.sending import PartlySentError, Server, send
from finops_report.delivery.mail.sent import SentLog


def send_once(
    message: EmailMessage, server: Server, log: SentLog, sleep: Callable[[float], None], *, again: bool = False
) -> frozenset[str]:
    """Send to the receivers `log` does not know of this message (`again`: to all) and return them; none if all have it.

    Who got it is noted, also if others were refused. Raises MailError as `send` does, OutputError as the log does.
    """
    name = str(message["Message-ID"])
    receivers = frozenset(one.addr_spec for one in message["To"].addresses)
    waiting = receivers if again else receivers - log.receivers(name)
    if not waiting:
        return waiting
    try:
        log.add(name, send(message, waiting, server, sleep))
    except PartlySentError as err:
        log.add(name, err.sent)
        raise
    return waiting
