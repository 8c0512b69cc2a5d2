"""Take keys out of text: those this process knows by their value, others by their shape or by the words before them.

Every error of the router passes through here when it is made, so no wire can forget it.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Collection
from functools import cache
from urllib.parse import quote, quote_plus

MASK = "[secret]"
LEAST_CHARACTERS = 8  # shorter values are words ('none', 'test'), and words must stay readable
LEAST_CUT_CHARACTERS = 6  # of the beginning of a key at the end of a text that was cut
MOST_CAUSES = 20  # of one error: more is a circle

SECRET_NAME = re.compile(r"(?i)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_ID)?(?:_?\d+)?$")  # of a variable
BY_SHAPE = re.compile(
    r"(?i:\b(?:bearer|basic)\s+(?=\S*[\d=._-])[\w.~+/=-]{8,})"
    r"|\b(?:sk|pk|rk|gsk|key|xai|csk|tgp|hf|r8|fw|pplx|nvapi|glpat|ghp|gho|github_pat)[-_]"
    r"(?:(?=[\w-]*\d)[\w-]{6,}|[\w-]{20,})"
    r"|\bAIza[\w-]{16,}|\bya29\.[\w-]{8,}"  # Google
    r"|\b(?:AKIA|ASIA|ABSK)[A-Za-z0-9+/=]{12,}"  # AWS
    r"|\beyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)?"  # JWT
)
BY_WORDS = re.compile(  # 'Incorrect API key provided: 3f2504e0-…', 'api_key=…', '"x-api-key": "…"'
    r"(?i)((?:\b|_|-)(?:key|token|secret|password|credentials?|authorization)\b"
    r"[\s:='\"]{1,4}(?:(?:is|was|provided|given|used|invalid|incorrect|expired|id)[\s:='\"]{1,4}){0,2})"
    r"(?=[\w.~+/-]*\d)[\w.~+/-]{12,}=*"
)

_known: set[str] = set()


def remember(secret: str | None) -> None:
    """Take `secret` out of every text from now on, in whatever form it stands there."""
    if secret and len(secret.strip()) >= LEAST_CHARACTERS:
        _known.add(secret.strip())


def remember_environment() -> None:
    """Remember the values of all variables whose name is that of a secret; a router does so when it is made."""
    for name, value in os.environ.items():
        if SECRET_NAME.search(name):
            remember(value)


def without_secrets(text: str, known: Collection[str] = ()) -> str:
    """Return `text` without keys: without those `known` or remembered, and without what looks like one."""
    forms = sorted({form for secret in (*known, *_known) for form in _forms(secret)}, key=len, reverse=True)
    for form in forms:
        text = text.replace(form, MASK)
    text = BY_WORDS.sub(rf"\1{MASK}", BY_SHAPE.sub(MASK, text))
    for form in forms:
        text = _without_parts(text, form)
    return text


class Cause(Exception):  # noqa: N818 -- it stands for an error of another library, and is none of ours to catch
    """What another library raised: the name of its class and its words, without keys, and none of its objects."""


def clean_causes(error: BaseException) -> None:
    """Replace what `error` was raised from, all the way down, by Causes: SDKs keep requests with keys in theirs."""
    below, seen = error, 0
    while (cause := below.__cause__ or (None if below.__suppress_context__ else below.__context__)) is not None:
        seen += 1
        if isinstance(cause, Cause) or seen > MOST_CAUSES:
            break
        clean = Cause(without_secrets(f"{type(cause).__name__}: {cause}"))
        clean.__cause__, clean.__context__ = cause.__cause__, cause.__context__
        clean.__suppress_context__ = cause.__suppress_context__
        below.__cause__ = clean
        below.__context__ = None
        below = clean
    below.__cause__ = below.__cause__ if isinstance(below.__cause__, Cause) else None
    below.__context__ = None


@cache
def _forms(secret: str) -> frozenset[str]:
    """Return `secret` as it may stand in a message: itself, url-encoded, escaped as in JSON or repr, in base64."""
    escaped = (json.dumps(secret)[1:-1], repr(secret)[1:-1])
    encoded = (quote(secret, safe=""), quote_plus(secret), quote(secret))
    return frozenset({secret, *encoded, *escaped, base64.b64encode(secret.encode()).decode().rstrip("=")})


def _without_parts(text: str, form: str) -> str:
    """Return `text` without a half of `form` or more, and without its beginning if the text was cut within it."""
    least = max(len(form) // 2, LEAST_CHARACTERS)
    if form[:least] in text:
        for length in range(len(form) - 1, least - 1, -1):
            text = text.replace(form[:length], MASK)
    if form[-least:] in text:
        for length in range(len(form) - 1, least - 1, -1):
            text = text.replace(form[-length:], MASK)
    if text[-LEAST_CUT_CHARACTERS:] in form:
        for length in range(min(len(form) - 1, len(text)), LEAST_CUT_CHARACTERS - 1, -1):
            if text.endswith(form[:length]):
                return text[:-length] + MASK
    return text
