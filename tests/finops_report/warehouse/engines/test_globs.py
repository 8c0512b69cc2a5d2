"""A pattern of names matches as a regular expression what DuckDB's GLOB matches."""

from __future__ import annotations

import random
import re

import duckdb

from finops_report.warehouse.engines.globs import regular_expression

SIGNS = "ab-*?[]!^.\\xé\\["
LETTERS = "ab-[]!^.\\xé*"


def test_a_pattern_matches_what_glob_does() -> None:
    draw = random.Random(5)
    pairs = [
        ("".join(draw.choices(LETTERS, k=draw.randrange(5))), "".join(draw.choices(SIGNS, k=draw.randrange(1, 7))))
        for _ in range(2000)
    ]
    pairs += [("gpt-4o", "gpt-*"), ("a", "[a-c]"), ("d", "[!a-c]"), ("[", "["), ("*", "\\*"), ("", "*")]
    names, patterns = [name for name, _ in pairs], [pattern for _, pattern in pairs]
    wanted = duckdb.execute("select unnest($n) glob unnest($p)", {"n": names, "p": patterns}).fetchall()
    found = [(re.search(regular_expression(pattern), name) is not None,) for name, pattern in pairs]
    different = [pair for pair, one, other in zip(pairs, found, wanted, strict=True) if one != other]
    assert different == []
