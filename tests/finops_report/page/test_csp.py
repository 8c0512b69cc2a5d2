"""A policy is written and read back; its hashes are those a browser computes."""

from __future__ import annotations

import html

import pytest

from finops_report.errors import OutputError
from finops_report.page.csp import csp_hash, directives_of, policy


def test_the_hash_is_the_one_of_the_standard() -> None:
    # CSP Level 3, section 2.3.1: the example's script.
    assert csp_hash("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    assert csp_hash("é") == csp_hash("é".encode())


def test_a_policy_comes_back_as_it_was_written() -> None:
    directives = {"default-src": "'none'", "img-src": "data: blob:"}
    content = html.escape(policy(directives))
    assert directives_of(f'<meta http-equiv="Content-Security-Policy" content="{content}">') == directives


def test_a_page_without_a_policy_is_refused() -> None:
    with pytest.raises(OutputError, match="no Content-Security-Policy"):
        directives_of("<!DOCTYPE html><title>Another page</title>")
