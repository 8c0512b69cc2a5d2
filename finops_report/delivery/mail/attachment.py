"""Attach the page to the mail: as it is, packed or printed, or not at all if it is too large and a link stands in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from finops_report.delivery.built_page import read_page
from finops_report.delivery.mail.message import Attachment, Kind, zipped
from finops_report.delivery.mail.pdf import printed_pdf
from finops_report.errors import MailError

MB = 1e6


def attached(
    page: Path, name: str, kind: Kind | Literal["none"], most_mb: float, link: str | None
) -> Attachment | None:
    """Return the page as it is to be attached, its file called `name`; None if it is too large and there is a `link`.

    Raises OutputError if there is no page, MailError if it is too large and there is no link.
    """
    if kind == "none":
        return None
    content = read_page(page)
    if kind == "zip":
        content = zipped(content, name)
    elif kind == "pdf":
        content = printed_pdf(page)
    if len(content) <= most_mb * MB:
        return Attachment(content, kind, name)
    if link is None:
        raise MailError(
            f"The attachment is too large: {len(content) / MB:.1f} MB of {most_mb:g} MB",
            "give --link, --attach zip, or a higher --max-attachment-mb",
        )
    return None
