"""Send the report by mail: the same figures, shorter, with the page attached."""

from finops_report.delivery.mail.message import Attachment, Envelope, Extras, compose
from finops_report.delivery.mail.posting import Post
from finops_report.delivery.mail.sent_log import SentLog
from finops_report.delivery.mail.server import Server

__all__ = ["Attachment", "Envelope", "Extras", "Post", "SentLog", "Server", "compose"]
