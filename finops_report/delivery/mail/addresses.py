"""Read the addresses that options name: one by one or in a list with commas, names in quotes kept whole."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from finops_report.errors import MailError

OPENING, CLOSING = "<(", ">)"


def address(written: str) -> Address:
    """Parse one address. Raises MailError if it is not valid, has a line break, or has no domain."""
    hint = "write it as finance@example.com or 'Finance <finance@example.com>'; a name with a comma goes in quotes"
    if any(ord(sign) < 32 for sign in written):
        raise MailError(f"Not an e-mail address: {written!r}", hint)
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = written
        (found,) = message["To"].addresses
    except Exception as err:  # Python's parser fails in many ways: AttributeError for '.:'
        raise MailError(f"Not an e-mail address: {written}", hint) from err
    if message["To"].defects or not found.username or not found.domain or not found.addr_spec.isascii():
        raise MailError(f"Not an e-mail address: {written}", hint)
    return Address(found.display_name, found.username, found.domain.lower())  # in whatever letters, it is the same one


def split_addresses(written: str) -> tuple[str, ...]:
    """Split a list at its commas, except at those in quotes, in angle brackets or in comments; no part is empty.

    '"Lovelace, Ada" <ada@example.com>, bob@example.com' has two.
    """
    parts, depth, quoted, escaped = [""], 0, False, False
    for sign in written:
        if sign == "," and not quoted and not depth:
            parts.append("")
            continue
        parts[-1] += sign
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            depth = max(0, depth + (sign in OPENING) - (sign in CLOSING))
    return tuple(part.strip() for part in parts if part.strip())


def mailto(written: Address) -> str:
    """Return the address as a mailto: URI; '?' and '&' in its local part are no query."""
    return f"mailto:{quote(written.addr_spec, safe='@')}"
