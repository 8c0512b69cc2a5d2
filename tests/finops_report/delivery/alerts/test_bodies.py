"""Each receiver reads what it expects, and names from data are no markup."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from finops_report.delivery.alerts.bodies import signed, slack, teams
from tests.finops_report.delivery.alerts.alerts import alert


def test_slack_gets_text_that_names_cannot_turn_into_markup() -> None:
    message = json.loads(slack(alert(title="<!channel> *now* <https://x|y> & more")).content)
    assert set(message) == {"text"}
    title, used, owner = message["text"].split("\n")
    assert "&lt;!channel&gt;" in title
    assert "&lt;https://x|y&gt; &amp; more" in title
    assert (used, owner) == ("Used: $820.00", "Owner: Ada")


def test_a_name_with_line_breaks_is_one_line() -> None:
    message = json.loads(slack(alert(title="a\nb\r\nUsed: $0")).content)
    assert message["text"].count("\n") == 2


def test_teams_gets_a_card() -> None:
    message = json.loads(teams(alert()).content)
    (attachment,) = message["attachments"]
    assert message["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    text, facts = attachment["content"]["body"]
    assert text["text"].startswith("Budget 'company'")
    assert facts["facts"] == [{"title": "Used", "value": "$820.00"}, {"title": "Owner", "value": "Ada"}]


@pytest.mark.parametrize(
    ("secret", "key"), [("a secret", b"a secret"), ("whsec_" + base64.b64encode(b"raw").decode(), b"raw")]
)
def test_json_is_signed_as_standard_webhooks_has_it(secret: str, key: bytes) -> None:
    body = signed(alert(), "msg_1", 1_794_000_000, secret)
    expected = hmac.new(key, b"msg_1.1794000000." + body.content, hashlib.sha256).digest()
    assert body.headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert (body.headers["webhook-id"], body.headers["webhook-timestamp"]) == ("msg_1", "1794000000")
    document = json.loads(body.content)
    assert document["type"] == "budget.threshold_passed"
    assert document["data"]["used"] == 820.0
    assert document["data"]["threshold"] == 0.8
