"""An address of ClickHouse is read as it is written, and no part of its password is ever shown."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.clickhouse_address import clickhouse_address
from finops_report.errors import ConfigError

PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
MARKED = "Zq7Xw9"  # stands in nothing else


@given(PASSWORDS)
def test_a_password_that_is_written_as_addresses_are_is_used(password: str) -> None:
    found = clickhouse_address(f"clickhouse://u:{quote(password, safe='')}@db.internal:8124/llm", {})
    assert (found.password, found.user, found.shown) == (password, "u", "clickhouse://db.internal:8124/llm")


@given(st.lists(st.sampled_from([*"@:/?#[]%&=,+; \\'", "%4", "a"]), max_size=6), st.booleans())
def test_a_password_that_is_not_is_used_or_refused_and_never_shown(signs: list[str], is_last: bool) -> None:
    password = "".join(part + MARKED for part in signs) if is_last else MARKED + MARKED.join(signs)
    for address in (f"clickhouse://u:{password}@127.0.0.1:8123/llm", f"clickhouse://127.0.0.1/llm?password={password}"):
        try:
            shown = clickhouse_address(address, {})
        except ConfigError as err:
            said = err.message + err.hint
        else:
            said = shown.shown + repr(shown)
        assert MARKED.lower() not in said.lower()


def test_what_is_left_out_is_in_the_environment_or_usual() -> None:
    bare = clickhouse_address("clickhouse://h", {})
    assert (bare.port, bare.user, bare.password, bare.database, bare.secure, bare.table) == (
        (8123, "default", "", None, False, None)
    )
    told = {"CLICKHOUSE_USER": "u", "CLICKHOUSE_PASSWORD": "p@ss"}
    full = clickhouse_address("clickhouse://h/d%20b?secure=1&table=llm.calls&ca_cert=/ca.pem&connect_timeout=3", told)
    assert (full.port, full.user, full.password, full.database, full.table) == (8443, "u", "p@ss", "d b", "llm.calls")
    assert (full.secure, full.ca_cert, full.connect_s) == (True, "/ca.pem", 3)


@pytest.mark.parametrize("query", ["secure=maybe", "connect_timeout=x", "sslmode=require"])
def test_a_parameter_that_it_does_not_know_is_refused(query: str) -> None:
    with pytest.raises(ConfigError):
        clickhouse_address(f"clickhouse://h/d?{query}", {})
