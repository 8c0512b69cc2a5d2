"""An address of PostgreSQL is read as it is written, and no part of its password is ever shown."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.errors import ConfigError

pytest.importorskip("psycopg", reason="psycopg is not installed")
from psycopg.conninfo import conninfo_to_dict

from finops_report.postgresql_address import postgresql_address

PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
MARKED = "Zq7Xw9"  # stands in nothing else


@given(PASSWORDS)
def test_a_password_that_is_written_as_addresses_are_is_used(password: str) -> None:
    found = postgresql_address(f"postgresql://u:{quote(password, safe='')}@db.internal:5433/litellm", {})
    assert conninfo_to_dict(found.conninfo)["password"] == password == found.password
    assert found.shown == "postgresql://db.internal:5433/litellm"


@given(st.lists(st.sampled_from([*"@:/?#[]%&=,+; \\'", "%4", "a"]), max_size=6), st.booleans())
def test_a_password_that_is_not_is_used_or_refused_and_never_shown(signs: list[str], is_last: bool) -> None:
    password = "".join(part + MARKED for part in signs) if is_last else MARKED + MARKED.join(signs)
    for address in (
        f"postgresql://u:{password}@127.0.0.1:5433/litellm",
        f"postgresql://127.0.0.1:5433/litellm?password={password}&connection_limit=5",
    ):
        try:
            shown = postgresql_address(address, {})
        except ConfigError as err:
            said = err.message + err.hint
        else:
            said = shown.shown + repr(shown)
        assert MARKED not in said


def test_what_is_said_to_prisma_is_not_said_to_postgresql() -> None:
    found = postgresql_address('postgres://u@h/d?schema=a"b&pool_timeout=60&sslmode=require&application_name=x%20y', {})
    said = conninfo_to_dict(found.conninfo)
    assert (said["sslmode"], said["application_name"], found.schema) == ("require", "x y", '"a""b"')
    assert "pool_timeout" not in said
    assert "schema" not in said


def test_what_is_left_out_is_left_to_postgresql_and_its_patience_can_be_set() -> None:
    bare = postgresql_address("postgresql://", {})
    assert (bare.shown, bare.password, bare.schema) == ("postgresql://", None, None)
    assert conninfo_to_dict(bare.conninfo)["connect_timeout"] == "10"
    assert (
        conninfo_to_dict(postgresql_address("postgresql://h?connect_timeout=3", {}).conninfo)["connect_timeout"] == "3"
    )
    assert "connect_timeout" not in postgresql_address("postgresql://", {"PGCONNECT_TIMEOUT": "3"}).conninfo
