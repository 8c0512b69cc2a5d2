"""Send the report by mail: the same figures, shorter, with the page attached."""

from finops_report.delivery.mail.message import Attachment, Envelope, compose
from finops_report.delivery.mail.sending import PartlySentError, Server, send
from finops_report.delivery.mail.sent import SentLog, send_once

__all__ = ["Attachment", "Envelope", "PartlySentError", "SentLog", "Server", "compose", "send", "send_once"]
