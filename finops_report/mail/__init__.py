"""Say the report by mail: the same figures shorter, the page attached."""

from finops_report.mail.message import Attachment, Envelope, compose
from finops_report.mail.sending import PartlySentError, Server, send
from finops_report.mail.sent import SentLog

__all__ = ["Attachment", "Envelope", "PartlySentError", "SentLog", "Server", "compose", "send"]
