"""What is found in texts: each kind by its shape and checksum, and nothing in ordinary prose."""

from __future__ import annotations

import json

import pytest
from finops_router.errors import ConfigError
from finops_router.guardrails.masks import apart, masked, masked_arguments
from finops_router.guardrails.personal import personal_finder
from finops_router.guardrails.secrets import secret_finder

from tests.finops_router.guardrails.secrets_fixture import GOOGLE, JWT, PERSONAL, PRIVATE_KEY, PROSE, SECRETS

SECRET = secret_finder()
MASKED = {"password in an address": "postgres" + "://reporter:[password in an address]@db.internal:5432/bills"}
NAMES = {
    "email": "e-mail address",
    "card": "card number",
    "iban": "IBAN",
    "phone": "telephone number",
    "us.ssn": "us.ssn",
}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("around", ["{}", "use {} please", "token='{}';", "{},{}"])
def test_a_secret_is_masked_whole_whatever_is_around_it(kind: str, around: str) -> None:
    text = around.replace("{}", SECRETS[kind])
    found = apart(SECRET(text))
    assert {one.kind for one in found} >= {kind}
    left = masked(text, found)
    assert left == around.replace("{}", MASKED.get(kind, f"[{found[0].kind}]"))


@pytest.mark.parametrize("secret", [GOOGLE, JWT, PRIVATE_KEY, PRIVATE_KEY.replace("\n", "\\n")])
def test_keys_of_providers_web_tokens_and_private_keys_are_found(secret: str) -> None:
    text = f"before {secret} after"
    assert masked(text, apart(SECRET(text))) in ("before [key] after", "before [private key] after")


def test_the_name_of_a_private_keys_file_is_no_key() -> None:
    assert not SECRET("It begins with -----BEGIN RSA " + "PRIVATE KEY----- and then come lines of base64.")


def test_prose_has_nothing_to_find() -> None:
    assert not SECRET(PROSE)
    assert not personal_finder([*PERSONAL])(PROSE)


@pytest.mark.parametrize("kind", PERSONAL)
def test_personal_data_is_masked_whole(kind: str) -> None:
    text = f"Of {PERSONAL[kind]} AND MORE"
    found = apart(personal_finder([kind])(text))
    assert masked(text, found) == f"Of [{NAMES.get(kind, kind)}] AND MORE"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("card", "4111 1111 1111 1112"),  # its checksum is wrong
        ("iban", "DE88 3704 0044 0532 0130 00"),
        ("us.ssn", "000-90-4399"),
        ("phone", "030 901820"),  # of which country is not known
    ],
)
def test_what_has_a_wrong_checksum_is_none(kind: str, text: str) -> None:
    assert not personal_finder([kind])(text)


def test_an_official_number_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ConfigError, match="knows no number xx"):
        personal_finder(["xx.nothing"])


def test_arguments_of_a_tool_stay_json() -> None:
    arguments = json.dumps({"to": [PERSONAL["email"]], "card": 4111111111111111, "n": 1.5, "ok": True})
    left = masked_arguments(arguments, personal_finder(["email", "card"]))
    assert json.loads(left) == {"to": ["[e-mail address]"], "card": "[card number]", "n": 1.5, "ok": True}


def test_what_is_no_json_is_masked_as_text() -> None:
    assert masked_arguments(f"{{{SECRETS['key']}", SECRET) == "{[key]"
