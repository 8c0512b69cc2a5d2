"""Spend: what it came to, how it moved, and how that is judged."""

from __future__ import annotations

import pytest

from tests.finops_report.answers.conftest import Asked, traffic


@pytest.mark.parametrize(
    ("cost", "verdict"),
    [
        ("0.01", "good"),
        ("case when i < 1000 then 0.01 else 0.012 end", "watch"),
        ("case when i < 1000 then 0.01 else 0.02 end", "bad"),
        ("case when i % 50 <> 0 then 0.01 end", "watch"),
        ("case when i % 10 <> 0 then 0.01 end", "bad"),
        ("null", "not enough data"),
    ],
)
def test_spend_is_judged_by_its_rise_and_by_what_has_no_price(ask: Asked, cost: str, verdict: str) -> None:
    assert ask(traffic(cost=cost))["spend"].verdict == verdict


def test_nothing_recorded_is_not_judged(ask: Asked) -> None:
    spend = ask()["spend"]
    assert (spend.answer, spend.brief) == ("Nothing was recorded in this period.", "nothing recorded")
    assert spend.verdict == "not enough data"


def test_a_total_without_anything_earlier_is_not_judged(ask: Asked) -> None:
    spend = ask(traffic(requests=100))["spend"]
    assert (spend.answer, spend.brief) == ("$1.00 for 100 requests.", "nothing to compare")
    assert spend.verdict == "not enough data"


def test_a_change_names_both_sides_and_the_requests_behind_it(ask: Asked) -> None:
    spend = ask(traffic(cost="case when i < 1000 then 0.01 else 0.008 end"))["spend"]
    assert spend.answer == (
        "$18.00 for 2,000 requests. The last 5 days cost 20 % less than the 5 days before ($10.00), with equally many "
        "requests."
    )
    assert (spend.brief, spend.verdict) == ("20 % less", "good")


def test_requests_without_a_price_are_counted_beside_the_total(ask: Asked) -> None:
    spend = ask(traffic(cost="case when i % 10 <> 0 then 0.01 end"))["spend"]
    assert spend.answer.startswith("$18.00 for 2,000 requests.")
    assert spend.answer.endswith("200 requests (10 %) without a known price are not in it.")
    assert spend.brief == "as before"


def test_a_rise_with_equally_more_requests_is_watched(ask: Asked) -> None:
    spend = ask(f"{traffic()} where i >= 1000 or i % 2 = 0")["spend"]
    assert "cost 100 % more than the 5 days before ($5.00), with 100 % more requests." in spend.answer
    assert (spend.brief, spend.verdict) == ("100 % more", "watch")


def test_a_rise_per_request_that_fewer_requests_hide_is_named(ask: Asked) -> None:
    rows = f"select * from ({traffic('0.01 * if(i < 1000, 1.0, 1.4)')}) where i < 1000 or i % 10 < 7"
    spend = ask(rows.replace("select timestamp", "select i, timestamp", 1).replace("select *", "select * exclude i"))[
        "spend"
    ]
    assert (
        "cost 2 % less than the 5 days before ($10.00), with 30 % fewer requests. Per request that is 40 % more."
        in spend.answer
    )
    assert (spend.brief, spend.verdict) == ("40 % more per request", "bad")
