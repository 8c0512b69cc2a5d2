"""What would have been is worked out exactly, over the same requests, and said for a pull request's comment."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from finops_router.calls import Usage
from finops_router.pricing.prices import Prices
from finops_router.settings.reader import Settings, read_whole
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_report.prices.what_if import Change, what_if
from finops_report.warehouse import Calls
from tests.conftest import NINE, Run, call, write_table

SLOT_US = 1_793_448_000_000_000  # 2026-10-31 12:00 UTC
MINI, HAIKU, FULL = ("openai", "gpt-4o-mini"), ("anthropic", "claude-haiku-4-5"), ("openai", "gpt-4o")
NOTHING = read_whole("", "f.toml")
DISCOUNT = '[[prices.contract.discounts]]\nprovider = "openai"\nshare = 0.25\n'


def group(*targets: tuple[str, str], strategy: str = "fixed", name: str = "chat") -> str:
    listed = "".join(
        f'[[router.groups.{name}.targets]]\nprovider = "{provider}"\nmodel = "{model}"\n' for provider, model in targets
    )
    return f'[router.groups.{name}]\nstrategy = "{strategy}"\n{listed}'


def calls(target: tuple[str, str] = MINI, **changes: object) -> Calls:
    row = {
        **dict.fromkeys(("requested_model", "service_tier", "speed", "inference_region", "price_source")),
        **dict.fromkeys(("cache_read_input_tokens", "cache_write_input_tokens", "cache_write_1h_input_tokens")),
        "provider": target[0], "model": target[1], "usage_source": "provider", "cost_source": "list",
        "other_units": None,
        "input_tokens": 1_000_000, "output_tokens": 0, "reasoning_output_tokens": None, "failed": 0, "slot_us": SLOT_US,
        "requests": 1, "priced_requests": 1, "cost_usd": Decimal("0.15"),
    }  # fmt: skip
    return Calls(**(row | changes))  # type: ignore[arg-type] # by name


def asked(then: str | Settings, *found: Calls, now: str = "", **swaps: tuple[str, str]) -> list[tuple[object, ...]]:
    changed = read_whole(then, "then.toml") if isinstance(then, str) else then
    pairs = dict.fromkeys([MINI], *swaps.values()) if swaps else {}
    done = what_if(found, Change(read_whole(now, "now.toml"), changed, pairs))
    return [
        (one.before[1], one.after[1], one.requests, one.unknown, one.before_usd, one.after_usd) for one in done.moved
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500_000), st.integers(0, 9_000), st.integers(1, 50)), min_size=1, max_size=8))
def test_both_sides_are_the_sum_of_all_requests_to_the_last_digit(found: list[tuple[int, int, int]]) -> None:
    change = Change(NOTHING, read_whole(DISCOUNT, "f.toml"))
    done = what_if((calls(input_tokens=i, output_tokens=o, requests=n) for i, o, n in found), change)
    bills = [
        (Prices().bill(Usage(input_tokens=i, output_tokens=o), *MINI, SLOT_US).cost_usd or Decimal(0), n)
        for i, o, n in found
    ]
    assert done.before_usd == sum(usd * n for usd, n in bills)
    assert done.after_usd == done.before_usd * Decimal("0.75")
    assert done.requests == sum(n for _, _, n in found)


def test_a_model_takes_the_place_of_another() -> None:
    assert asked("", calls(requests=2), haiku=HAIKU) == [
        ("gpt-4o-mini", "claude-haiku-4-5", 2, 0, Decimal("0.3"), Decimal(2))
    ]


@pytest.mark.parametrize(
    ("now", "then", "goes_to"),
    [
        ((MINI,), (MINI,), "gpt-4o-mini"),
        ((MINI,), (HAIKU, MINI), "gpt-4o-mini"),  # it is still listed
        ((MINI,), (HAIKU, FULL), "claude-haiku-4-5"),  # it is not: the first
    ],
)
def test_a_group_that_has_changed_sends_its_requests_elsewhere(
    now: tuple[tuple[str, str], ...], then: tuple[tuple[str, str], ...], goes_to: str
) -> None:
    (row,) = asked(group(*then), calls(requested_model="chat"), now=group(*now))
    assert row[1] == goes_to
    (other,) = asked(group(*then), calls(requested_model="other"), now=group(*now))
    assert other[1] == "gpt-4o-mini"


def test_cost_first_goes_to_what_is_cheapest_for_the_tokens_at_hand() -> None:
    then = group(FULL, HAIKU, strategy="cost-first")
    long, short = (
        calls(FULL, requested_model="chat"),
        calls(FULL, requested_model="chat", input_tokens=0, output_tokens=10),
    )
    assert [row[1] for row in asked(then, long, now=group(FULL))] == ["claude-haiku-4-5"]
    assert [row[1] for row in asked(then, short, now=group(FULL))] == ["claude-haiku-4-5"]
    kept = group(MINI, HAIKU, strategy="cost-first")
    assert [row[1] for row in asked(kept, calls(requested_model="chat"), now=group(MINI))] == ["gpt-4o-mini"]


def test_an_answer_by_another_name_of_its_target_stays_where_it_is() -> None:
    dated = calls(("openai", "gpt-4o-mini-2024-07-18"), requested_model="chat")
    (row,) = asked(group(MINI, HAIKU), dated, now=group(MINI))
    assert row[1] == "gpt-4o-mini-2024-07-18"


def test_what_was_charged_counts_as_it_is_unless_its_price_changes() -> None:
    charged = calls(cost_source="provider", cost_usd=Decimal("0.14"))
    assert asked("", charged) == [("gpt-4o-mini", "gpt-4o-mini", 1, 0, Decimal("0.14"), Decimal("0.14"))]
    assert asked(DISCOUNT, charged) == [("gpt-4o-mini", "gpt-4o-mini", 1, 0, Decimal("0.14"), Decimal("0.1125"))]


def test_what_has_no_price_on_either_side_is_counted_and_not_compared() -> None:
    unknown = calls(("openai", "nobody-knows-it"), cost_usd=None, priced_requests=0, requests=3)
    assert asked("", unknown) == [("nobody-knows-it", "nobody-knows-it", 3, 3, 0, 0)]
    assert asked("", calls(), other=("x", "nobody-knows-it")) == [("gpt-4o-mini", "nobody-knows-it", 1, 1, 0, 0)]
    failed = calls(cost_usd=None, priced_requests=0, input_tokens=None, output_tokens=None, failed=1)
    assert asked("", failed) == []


def month(folder: Path) -> None:
    rows = [call(request_id=f"r{n}", input_tokens=1_000_000, output_tokens=0, cost_estimated=0.15) for n in range(4)]
    rows.append(call(request_id="a|b", model="a|*b", cost_estimated=None))
    write_table(folder / "telemetry.duckdb", rows)
    (folder / "new.toml").write_text(DISCOUNT, encoding="utf-8")


def test_the_command_says_it_for_a_comment_and_for_machines(run: Run, tmp_path: Path) -> None:
    month(tmp_path)
    text = run("what-if", "--with", "new.toml")
    assert text.exit_code == 0, text.output
    assert text.stdout.splitlines()[0] == "2026-10-01 to 2026-10-31: $0.6 before, $0.45 after ($0.15 less, 25 %)"
    markdown = run("what-if", "--with", "new.toml", "--format", "markdown").stdout
    assert "**$0.6 before, $0.45 after: $0.15 less, 25 %**" in markdown
    assert "| openai/gpt-4o-mini | 4 | $0.6 | $0.45 | -$0.15 |" in markdown
    assert "| openai/a\\|\\*b | 1 | $0 | $0 | none |" in markdown
    assert "Not compared: 1 request" in markdown
    found = json.loads(run("what-if", "--swap", "openai/gpt-4o-mini=openai/gpt-4o", "--format", "json").stdout)
    assert (found["before_usd"], found["after_usd"], found["unknown_requests"]) == ("0.6", "10", 1)
    assert found["moved"][0] | {"requests": 4} == found["moved"][0]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Say what changes"),
        (("--swap", "gpt-4o"), 2, "Not two models"),
        (("--swap", "a/b=c"), 2, "Not two models"),
        (("--with", "nowhere.toml"), 1, "error: The settings cannot be read"),
        (("--swap", "a/b=c/d", "--db", "nowhere.duckdb"), 1, "error: No such file"),
        (("--swap", "a/b=c/d", "--month", "2026-09"), 0, "2026-09-01 to 2026-09-30: $0 before, $0 after"),
        (("--swap", "a/b=c/d", "--since", "2026-09-02"), 0, "from 2026-09-02 on: $0.6 before"),
        (("--swap", "a/b=c/d", "--until", "2026-09-30"), 0, "until 2026-09-30: $0 before"),
        (("--swap", "a/b=c/d", "--since", "2026-09-02", "--format", "json"), 0, '"last_day": null'),
    ],
)
def test_the_command_takes_what_is_asked(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    month(tmp_path)
    result = run("what-if", *arguments)
    assert (result.exit_code, said in result.output) == (code, True), result.output


def test_any_table_and_parquet_will_do(run: Run, tmp_path: Path) -> None:
    month(tmp_path)
    with duckdb.connect(str(tmp_path / "telemetry.duckdb")) as con:
        con.execute(f"copy telemetry to '{tmp_path / 'month.parquet'}'")
    assert NINE
    assert "$0.6 before, $0.45 after" in run("what-if", "--with", "new.toml", "--db", "month.parquet").stdout
