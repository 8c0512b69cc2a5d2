"""The mail of the example report, text and HTML, is the accepted one: a change of it is read before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from finops_report.delivery.mail import Envelope, Extras, compose
from finops_report.document import read_digest
from tests.golden_files import GOLDEN, same_as_golden

ENVELOPE = Envelope("FinOps <finops@example.com>", ("Ada <ada@example.com>",))


def test_golden_mail_in_text_and_html() -> None:
    extras = Extras(link="https://finops.example.com/")
    message = compose(read_digest(GOLDEN / "report.json"), ENVELOPE, extras, datetime(2026, 7, 1, 6, tzinfo=UTC))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    same_as_golden("mail.txt", f"Subject: {message['Subject']}\n\n{plain.get_content()}")
    same_as_golden("mail.html", html.get_content())
