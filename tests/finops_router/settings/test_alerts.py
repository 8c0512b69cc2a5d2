"""[[alerts]]: each kind of channel needs its own keys and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.alerts import AlertChannel
from finops_router.settings.reader import read


def channels(tmp_path: Path, text: str) -> tuple[AlertChannel, ...]:
    path = tmp_path / "finops.toml"
    path.write_text(text)
    return read(path).alerts


def test_all_kinds_can_be_set(tmp_path: Path) -> None:
    text = """
[[alerts]]
name = "mail"
kind = "email"
to = ["ada@example.com"]
sender = "finops@example.com"
budgets = ["company"]
[[alerts]]
name = "chat"
kind = "slack"
url_env = "SLACK_URL"
[[alerts]]
name = "hook"
kind = "webhook"
url_env = "HOOK_URL"
secret_env = "HOOK_SECRET"
"""
    assert channels(tmp_path, text) == (
        AlertChannel("mail", "email", to=("ada@example.com",), sender="finops@example.com", budgets=("company",)),
        AlertChannel("chat", "slack", url_env="SLACK_URL"),
        AlertChannel("hook", "webhook", url_env="HOOK_URL", secret_env="HOOK_SECRET"),
    )


SLACK = 'name = "a"\nkind = "slack"\nurl_env = "U"\n'


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ('name = "a"\nkind = "pager"', "line 3: alerts[0].kind", "known are: email, slack, teams, webhook"),
        ('name = "a"\nkind = "slack"', "alerts[0].url_env", "give a text"),
        ('name = "a"\nkind = "webhook"\nurl_env = "U"', "alerts[0].secret_env", "give a text"),
        (f'{SLACK}to = ["x"]', "line 5: alerts[0].to", "'slack' needs url_env"),
        ('name = "a"\nkind = "email"\nto = []\nsender = "x@y"', "line 4: alerts[0].to", "a list of texts"),
        ('name = "a"\nkind = "slack"\nurl = "https://x"', "line 4: alerts[0].url", "did you mean url_env"),
        (f"{SLACK}[[alerts]]\n{SLACK}", "line 6: alerts[1].name", "a name of its own"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(tmp_path: Path, text: str, complaint: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        channels(tmp_path, f"[[alerts]]\n{text}\n")
    assert complaint in str(raised.value)
    assert hint in raised.value.hint
