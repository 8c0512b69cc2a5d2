"""Write an alert as each receiver of webhooks reads it: Slack, Teams, or signed JSON."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from finops_report.delivery.alerts.alert import Alert

# Slack reads these three signs as markup: https://docs.slack.dev, 'Formatting message text', 'Escaping text'.
SLACK_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Body:
    """What is posted: bytes of JSON, and the headers that belong to it."""

    content: bytes
    headers: Mapping[str, str]


def slack(alert: Alert) -> Body:
    """Return the message of an incoming webhook: text alone, in which names from data are no markup and no mention."""
    lines = [f"*{_plain(alert.title)}*", *(f"{_plain(label)}: {_plain(text)}" for label, text in alert.facts.items())]
    return _body({"text": "\n".join(lines)})


def teams(alert: Alert) -> Body:
    """Return an Adaptive Card 1.4 in a message, as the webhooks of Teams' workflows take it."""
    facts = [{"title": label, "value": _plain(text)} for label, text in alert.facts.items()]
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": _plain(alert.title), "weight": "Bolder", "wrap": True},
            {"type": "FactSet", "facts": facts},
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return _body({"type": "message", "attachments": [attachment]})


def signed(alert: Alert, message_id: str, now_s: int, secret: str) -> Body:
    """Return the figures as JSON, signed by HMAC-SHA256 as Standard Webhooks 1.0 has it.

    The signature is over '<id>.<timestamp>.<body>' and in the header webhook-signature, as 'v1,<base64>'. A secret that
    begins with 'whsec_' is base64, any other is taken as it is. The id is the same however often it is sent.
    """
    document = {
        "type": "budget.threshold_passed",
        "timestamp": now_s,
        "data": {
            "budget": alert.budget,
            "period": alert.period,
            "kind": alert.kind,
            "threshold": float(alert.threshold),
            "title": alert.title,
            **alert.figures,
        },
    }
    body = _body(document)
    to_sign = b".".join((message_id.encode(), str(now_s).encode(), body.content))
    signature = base64.b64encode(hmac.new(_key(secret), to_sign, hashlib.sha256).digest()).decode("ascii")
    headers = {"webhook-id": message_id, "webhook-timestamp": str(now_s), "webhook-signature": f"v1,{signature}"}
    return Body(body.content, {**body.headers, **headers})


CHAT: Mapping[str, Callable[[Alert], Body]] = {"slack": slack, "teams": teams}


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode("utf-8")
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def _body(document: Mapping[str, object]) -> Body:
    content = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Body(content.encode("utf-8", "replace"), {"Content-Type": "application/json; charset=utf-8"})


def _plain(text: str) -> str:
    """Return a text on one line in which chats find no markup: names come from data."""
    line = " ".join(text.split()).translate(SLACK_SIGNS)
    return "".join(f"\N{WORD JOINER}{sign}" if sign in "*_~`@#[]" else sign for sign in line)
