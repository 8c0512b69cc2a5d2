"""The forecast of a period's end: what is spent, what the rest usually costs, and how good such forecasts were."""

from __future__ import annotations

import random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_report.analysis.forecast import Forecast, NotEnoughData, Series, forecast, hindcast, with_idle_days

WEEK = (120.0, 120.0, 120.0, 120.0, 120.0, 30.0, 30.0)
YEAR = WEEK * 52


def made(series: Series, start: int, end: int) -> Forecast:
    found = forecast(series, start, end)
    assert isinstance(found, Forecast)
    return found


def noisy(seed: int, days: int = 364) -> list[float]:
    chance = random.Random(seed)
    return [WEEK[day % 7] * chance.lognormvariate(0, 0.3) for day in range(days)]


def test_what_repeats_itself_is_forecast_to_within_one_percent() -> None:
    found = made(Series(YEAR[:200]), 182, 212)
    assert found.spent_usd == sum(YEAR[182:200])
    assert found.expected_usd == pytest.approx(sum(YEAR[182:212]), rel=0.01)
    assert found.high_usd - found.low_usd < 0.06 * found.expected_usd
    assert found.past_error < 0.01
    assert found.path_usd[-1] == pytest.approx(found.expected_usd)


def test_the_same_data_gives_the_same_forecast() -> None:
    series = Series(tuple(noisy(1)[:200]))
    assert forecast(series, 182, 212) == forecast(series, 182, 212)


def test_days_without_data_are_estimated_and_not_taken_for_days_without_spend() -> None:
    gap: tuple[float | None, ...] = (*YEAR[:190], None, None, *YEAR[192:200])
    found = made(Series(gap), 182, 212)
    assert found.missing_steps == 2
    assert found.missing_usd == pytest.approx(YEAR[190] + YEAR[191], rel=0.1)
    assert found.expected_usd == pytest.approx(sum(YEAR[182:212]), rel=0.02)
    assert found.spent_usd == sum(YEAR[182:190]) + sum(YEAR[192:200])


def test_of_the_day_under_way_only_what_is_usually_left_is_added() -> None:
    whole = made(Series(YEAR[:200]), 182, 212)
    half = made(Series(YEAR[:200], under_way_usd=70.0, under_way_share=0.5), 182, 212)
    assert half.expected_usd == pytest.approx(whole.expected_usd + 70.0 - (whole.path_usd[0] - whole.spent_usd) / 2)


@pytest.mark.parametrize("days", [14, 26])
def test_too_little_data_gives_no_forecast_but_how_much_is_needed(days: int) -> None:
    found = forecast(Series(YEAR[:days]), days - 5, days + 5)
    assert found == NotEnoughData(known_steps=days, needed_steps=27)
    assert isinstance(forecast(Series(YEAR[:27]), 22, 32), Forecast)


def test_a_source_begins_with_its_first_spend() -> None:
    assert forecast(Series((0.0,) * 300 + YEAR[:20]), 310, 330) == NotEnoughData(20, 32)


def test_one_day_that_sticks_out_does_not_move_the_forecast() -> None:
    spike = [*YEAR[:200]]
    spike[193] *= 20
    assert made(Series(tuple(spike)), 196, 226).expected_usd == pytest.approx(sum(YEAR[196:226]), rel=0.02)


def test_a_burst_of_hours_is_not_expected_to_last() -> None:
    hours = [1.0] * 24 * 12
    hours[264:267] = [500.0, 800.0, 400.0]
    after = made(Series(tuple(hours[:276]), season=24), 264, 288)
    assert after.spent_usd == sum(hours[264:276])
    assert after.expected_usd - after.spent_usd < 2 * 12  # 276, had each hour counted in full


def test_a_level_of_ten_times_is_followed_within_two_weeks() -> None:
    tenfold = [usd * (10 if day >= 186 else 1) for day, usd in enumerate(YEAR)]
    found = made(Series(tuple(tenfold[:200])), 196, 226)
    assert found.expected_usd == pytest.approx(sum(tenfold[196:226]), rel=0.3)


def test_past_ends_are_counted_by_the_ranges_that_they_had() -> None:
    found = made(Series(YEAR[:200]), 182, 212)
    assert (found.origins, found.judged, found.inside) == (59, 51, 51)  # one each three days, of twelve; five known
    noise = made(Series(tuple(noisy(3)[:364])), 350, 380)
    assert 0.6 * noise.judged <= noise.inside <= 0.95 * noise.judged


def test_a_new_level_is_followed_within_two_weeks() -> None:
    doubled = [usd * (2 if day >= 186 else 1) for day, usd in enumerate(YEAR)]
    found = made(Series(tuple(doubled[:200])), 196, 226)
    assert found.expected_usd == pytest.approx(sum(doubled[196:226]), rel=0.3)
    assert found.expected_usd > 1.3 * sum(YEAR[196:226])


@pytest.mark.parametrize(("start", "end"), [(10, 200), (201, 220)])
def test_a_period_that_is_not_under_way_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not under way"):
        forecast(Series(YEAR[:200]), start, end)


def test_eight_in_ten_ends_of_a_noisy_source_lie_inside() -> None:
    inside = []
    for seed in range(8):
        usd = noisy(seed)
        for start in range(150, 330, 30):
            found = made(Series(tuple(usd[: start + 15])), start, start + 30)
            inside.append(found.low_usd <= sum(usd[start : start + 30]) <= found.high_usd)
    assert 0.75 <= fmean(inside) <= 0.9


def test_a_month_that_is_over_shows_how_its_forecast_fared() -> None:
    found = hindcast(Series(YEAR[:212]), 182, 212, 15)
    assert found is not None
    assert (found.actual_usd, found.made_after) == (sum(YEAR[182:212]), 15)
    assert abs(found.error) < 0.01
    assert found.forecast == made(Series(YEAR[:197]), 182, 212)
    assert hindcast(Series((*YEAR[:200], None, *YEAR[201:212])), 182, 212, 15) is None


def test_a_sunday_nobody_works_on_cost_nothing_and_a_monday_without_data_is_unknown() -> None:
    requests = [5, 5, 5, 5, 5, 0, 0] * 4
    requests[7] = 0
    known = with_idle_days(requests)
    assert [day for day, is_known in enumerate(known) if not is_known] == [7]


@settings(max_examples=60, deadline=None)
@given(
    usd=st.lists(st.none() | st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=90),
    elapsed=st.integers(0, 30),
    ahead=st.integers(1, 31),
)
def test_any_series_gives_a_forecast_in_order_or_what_is_missing(
    usd: list[float | None], elapsed: int, ahead: int
) -> None:
    found = forecast(Series(tuple(usd)), len(usd) - elapsed, len(usd) + ahead)
    if isinstance(found, NotEnoughData):
        assert found.known_steps < found.needed_steps
        return
    assert 0 <= found.spent_usd <= found.low_usd <= found.expected_usd <= found.high_usd
    assert len(found.path_usd) == ahead
