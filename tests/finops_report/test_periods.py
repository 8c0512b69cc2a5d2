"""Reports of periods that are whole, running, partly recorded or full of gaps: what is compared, and what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.delivery import summary
from finops_report.delivery.archive import Site, publish
from finops_report.delivery.mail import Envelope, compose
from finops_report.document import digest_of
from finops_report.document.writing import report_json
from finops_report.files import write_whole
from finops_report.model import Answer, Report
from finops_report.page.page import page
from finops_report.report import report
from finops_report.warehouse import ReadRequest, Waiting, read
from tests.finops_report.sections.conftest import section_of

NOW_US = int(datetime(2027, 1, 10, tzinfo=UTC).timestamp()) * 1_000_000
ROW = """
select
    moment as timestamp, 'r' || row_number() over (order by moment) as request_id, 'fixed' as strategy,
    'openai' as provider, 'a' as model, 100 as input_tokens, 10 as output_tokens, usd as cost_estimated,
    100.0 as latency_ms
"""


def written(path: Path, moments: str, usd: str = "1.0") -> Path:
    """Write one request at each of `moments`, a select of moments; `usd` is an expression over them."""
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table telemetry as {ROW} from (select moment, {usd} as usd from ({moments}) t (moment))")
    return path


def every(hours: int, first: str, until: str) -> str:
    return f"select unnest(generate_series(timestamp '{first}', timestamp '{until}', interval {hours} hours))"


def reported(db: Path, ask: PeriodAsk, now_us: int = NOW_US) -> Report:
    return report(read(ReadRequest(db, None, ask, now_us, Waiting(0, lambda: 0.0, lambda _: None))), "t")


def spend_of(made: Report) -> Answer:
    (answer,) = (answer for answer in made.answers if answer.key == "spend")
    return answer


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "t.duckdb"


# One dollar a day, at noon; what is right is written down in words, and the rate never changes.
NOONS = [
    ("2026-10-01", "2026-11-15", PeriodAsk(month="2026-11"), "1–15 Nov 2026 cost as much as 1–15 Oct 2026 ($15.00)"),
    ("2026-09-21", "2026-10-31", PeriodAsk(month="2026-10"), "21–30 Oct 2026 cost as much as 21–30 Sep 2026 ($10.00)"),
    (
        "2026-04-25",
        "2026-11-25",
        PeriodAsk(year="2026"),
        "The last 107 days cost as much as the 107 days before ($107.00)",
    ),
    ("2026-01-01", "2026-02-28", PeriodAsk(month="2026-02"), "This period cost 9.7 % less than January 2026 ($31.00)"),
    ("2026-01-01", "2026-03-09", PeriodAsk(month="2026-02"), "This period cost 9.7 % less than January 2026 ($31.00)"),
]


@pytest.mark.parametrize(("first", "last", "ask", "sentence"), NOONS)
def test_an_even_rate_is_compared_with_as_many_days(
    db: Path, first: str, last: str, ask: PeriodAsk, sentence: str
) -> None:
    spend = spend_of(reported(written(db, every(24, f"{first} 12:00", f"{last} 12:00")), ask))
    assert sentence in spend.answer
    assert spend.verdict == "good"


def test_months_of_unequal_length_are_judged_per_day(db: Path) -> None:
    made = reported(written(db, every(1, "2026-02-01", "2026-04-01")), PeriodAsk(month="2026-03"))
    assert made.cost_change == pytest.approx(31 / 28 - 1)
    assert spend_of(made).verdict == "good"  # 10.7 % more in all would be watched
    assert "Per day that is as much: 31 days to 28." in spend_of(made).answer
    assert spend_of(made).brief == "as before per day"  # what is judged, not the 11 % beside the verdict


def test_a_running_month_divides_by_its_days_with_data_and_names_what_it_is_against(db: Path) -> None:
    moments = every(1, "2026-10-01", "2026-11-26 23:00")
    made = reported(written(db, moments, "if(moment < '2026-11-01', 1.0, 1.5)"), PeriodAsk(month="2026-11"))
    assert section_of(made, "total_spend").finding.startswith("$936.00 in 26 days with data of 30, $36.00 a day;")
    assert made.headline.change == "+50 % in 1–26 Nov 2026 against 1–26 Oct 2026, $624.00"
    assert made.headline.coverage == "data for 26 of 30 days"
    assert (made.coverage.days_with_data, made.coverage.missing_hours) == (26, 0)


def test_eighteen_days_without_telemetry_are_no_saving(db: Path) -> None:
    moments = f"{every(1, '2026-09-01', '2026-10-05 23:00')} union all {every(1, '2026-10-24', '2026-11-02')}"
    made = reported(written(db, moments), PeriodAsk(month="2026-10"))
    gap = "no data in 432 of 744 hours"
    assert spend_of(made).verdict == "not enough data"
    assert spend_of(made).brief == "not compared"
    assert f"Not compared: {gap} of this period." in spend_of(made).answer
    assert (made.headline.change, made.headline.coverage) == (f"not compared: {gap} of this period", gap)
    assert (made.cost_change, made.requests_change, made.headline.direction) == (None, None, "unknown")
    assert section_of(made, "change_explained").empty == f"Not compared: {gap} of this period."
    assert section_of(made, "top_movers").empty == f"Not compared: {gap} of this period."
    (hours,) = (fact for fact in made.confidence if fact.label == "Hours without data")
    assert (hours.text, hours.level) == (
        "432 of 744 between the first and the last request: too many to judge a change",
        "warn",
    )
    digest = digest_of(report_json(made).encode(), "report.json")
    assert digest.coverage == gap
    assert gap in summary.markdown(digest)
    assert f'<p class="unknown">{gap}</p>' in page(made)


def test_what_is_missing_before_the_first_request_of_the_period_is_told_wherever_gaps_are(db: Path) -> None:
    moments = f"{every(1, '2026-09-01', '2026-09-30 23:00')} union all {every(1, '2026-10-11', '2026-11-02')}"
    made = reported(written(db, moments), PeriodAsk(month="2026-10"))
    assert made.headline.coverage == "no data in 240 of 744 hours"
    (hours,) = (fact for fact in made.confidence if fact.label == "Hours without data")
    assert hours.text.startswith("240 of 744 between the first and the last request")


def test_mail_archive_and_feed_have_what_is_missing_beside_the_total(db: Path, tmp_path: Path) -> None:
    moments = f"{every(1, '2026-09-01', '2026-10-05 23:00')} union all {every(1, '2026-10-24', '2026-11-02')}"
    made = reported(written(db, moments), PeriodAsk(month="2026-10"))
    paths = (tmp_path / "report.html", tmp_path / "report.json")
    write_whole({paths[0]: page(made), paths[1]: report_json(made)})
    (digest,) = publish(Site(tmp_path / "site", "Reports"), *paths)
    envelope = Envelope("finops@example.com", ("ada@example.com",))
    message = compose(digest, envelope, None, "https://example.com", datetime(2026, 11, 2, tzinfo=UTC))
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    texts += [(tmp_path / "site" / name).read_text(encoding="utf-8") for name in ("index.html", "feed.xml")]
    assert len(texts) == 4
    assert all("no data in 432 of 744 hours" in text for text in texts)


def test_a_day_that_a_country_left_out_has_nothing(db: Path) -> None:
    ask = PeriodAsk(since=date(2011, 12, 30), until=date(2011, 12, 30), timezone="Pacific/Apia")
    made = reported(written(db, every(24, "2011-12-01", "2012-01-10")), ask)
    assert (made.totals.requests, made.coverage.hours, made.headline.coverage) == (0, 0, "")


def test_an_empty_table_gives_the_day_of_the_reader(db: Path) -> None:
    evening_us = int(datetime(2026, 11, 14, 23, 30, tzinfo=UTC).timestamp()) * 1_000_000
    made = reported(written(db, "select null::timestamp where false"), PeriodAsk(timezone="Asia/Tokyo"), evening_us)
    assert (made.period.start, made.headline.data_until) == (date(2026, 11, 15), "no data")


def test_a_gap_before_the_period_is_none_of_its_savings_either(db: Path) -> None:
    moments = f"{every(1, '2026-09-01', '2026-09-10')} union all {every(1, '2026-09-20', '2026-11-02')}"
    made = reported(written(db, moments), PeriodAsk(month="2026-10"))
    assert made.headline.change == "not compared: no data in 239 of 720 hours of September 2026"
    assert made.headline.coverage == ""


@pytest.mark.parametrize(("hours", "compared"), [(14, True), (15, False)])
def test_gaps_of_over_two_percent_of_the_hours_are_too_many(db: Path, hours: int, compared: bool) -> None:
    after = f"2026-10-10 {hours:02}:00"
    moments = f"{every(1, '2026-09-01', '2026-10-09 23:00')} union all {every(1, after, '2026-11-02')}"
    made = reported(written(db, moments), PeriodAsk(month="2026-10"))
    assert made.coverage.missing_hours == hours  # of 744: 2 % are 14.88
    assert (made.cost_change is not None) == compared


def test_weekends_on_which_nobody_works_are_no_gaps_and_missing_workdays_are(db: Path) -> None:
    hours = every(1, "2026-08-31", "2026-11-02")
    at_work = f"select moment from ({hours}) t (moment) where isodow(moment) < 6 and hour(moment) between 9 and 17"
    made = reported(written(db, at_work), PeriodAsk(month="2026-10"))
    assert (made.coverage.days_with_data, made.coverage.missing_hours) == (22, 0)
    assert made.cost_change is not None
    assert made.headline.coverage == "data for 22 of 31 days"
    db.unlink()
    made = reported(written(db, f"{at_work} and date_trunc('day', moment) <> '2026-10-07'"), PeriodAsk(month="2026-10"))
    assert (made.coverage.missing_hours, made.cost_change) == (24, None)


def test_a_share_and_its_change_are_of_the_same_stretch(db: Path) -> None:
    written(db, every(1, "2026-10-01", "2026-10-02 23:00"))
    with duckdb.connect(str(db)) as con:
        con.execute("update telemetry set provider = 'google' where timestamp < '2026-10-02' and hour(timestamp) < 12")
    made = reported(db, PeriodAsk())
    finding = "OpenAI is 75 % of spend (50 % in the day before, 100 % in the last day)"
    assert section_of(made, "spend_by_provider").finding == finding
    alone = reported(db, PeriodAsk(since=date(2026, 10, 2)))
    assert (
        section_of(alone, "spend_by_provider").finding == "OpenAI is 100 % of spend, up 50 points from the day before"
    )


def test_a_row_that_is_ahead_of_its_time_lengthens_nothing(db: Path) -> None:
    now_us = int(datetime(2026, 11, 14, 23, 30, tzinfo=UTC).timestamp()) * 1_000_000
    moments, ask = every(1, "2026-10-01", "2026-11-14 23:00"), PeriodAsk(month="2026-11")
    made = reported(written(db, moments), ask, now_us)
    db.unlink()
    ahead = reported(written(db, f"{moments} union all select timestamp '2026-11-15 20:00'"), ask, now_us)
    assert (ahead.period, ahead.coverage) == (made.period, made.coverage)
    assert (ahead.headline.data_until, ahead.headline.change) == (made.headline.data_until, made.headline.change)
    assert ahead.headline.change == "0 % in 1–14 Nov 2026 against 1–14 Oct 2026, $336.00"


def test_only_rows_that_are_ahead_are_taken_for_now(db: Path) -> None:
    now_us = int(datetime(2026, 11, 14, 12, tzinfo=UTC).timestamp()) * 1_000_000
    made = reported(written(db, "select timestamp '2026-11-14 20:00'"), PeriodAsk(), now_us)
    assert (made.totals.requests, made.headline.data_until) == (1, "14 Nov 2026, 12:00 UTC")


def test_the_page_says_how_far_data_reach_on_the_clock_of_its_days(db: Path) -> None:
    written(db, every(1, "2026-11-01", "2026-11-26 23:00"))
    made = reported(db, PeriodAsk(timezone="Europe/Berlin"))
    assert made.headline.data_until == "27 Nov 2026, 00:00 Europe/Berlin"
    assert made.period.end == date(2026, 11, 27)
    assert '"data_until": "2026-11-26T23:00:00Z"' in report_json(made)


def test_a_day_ends_where_the_packaged_rules_say_whatever_the_machine_has(db: Path) -> None:
    # British Columbia stays on summer time from November 2026 on; a system's older rules put this row into November
    written(db, "select timestamp '2026-12-01 07:30' union all select timestamp '2026-11-30 12:00'")
    made = reported(db, PeriodAsk(month="2026-11", timezone="America/Vancouver"))
    assert made.totals.requests == 1
    assert [row["day"] for row in made.views["total_spend"]][-1] == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("timezone", "month", "hours"),
    [("Europe/Berlin", "2026-10", 745), ("Europe/Berlin", "2026-03", 743), ("Australia/Lord_Howe", "2026-04", 720.5)],
)
def test_months_have_the_hours_that_clocks_showed(db: Path, timezone: str, month: str, hours: float) -> None:
    written(db, every(1, "2026-01-01", "2026-12-31"))
    made = reported(db, PeriodAsk(month=month, timezone=timezone))
    assert (made.coverage.hours, made.coverage.hours_with_data) == (hours, hours)


def test_each_view_reads_the_rows_of_its_period_alone(db: Path) -> None:
    with duckdb.connect(str(db)) as con:
        con.execute(
            f"""
            create table telemetry as
            select *, if(timestamp < '2026-10-01', 'September list', 'October list') as price_source
            from ({ROW} from (values (timestamp '2026-09-01'), (timestamp '2026-09-11'), (timestamp '2026-10-10'))
                t (moment), (values (1.0)) c (usd))
            """
        )
        con.execute("update telemetry set request_id = 'same'")
        con.execute(
            "insert into telemetry select * replace (-1 as input_tokens) from telemetry where timestamp < '2026-10-01'"
        )
        con.execute(
            "create table collector_health as select unnest([timestamp '2026-09-10', '2026-10-10', null]) as timestamp,"
            " 1 as recorded, unnest([100, 10, 1]) as dropped, 0 as quarantined"
        )
    made = reported(db, PeriodAsk(month="2026-10"))
    facts = {fact.label: fact.text for fact in made.confidence}
    assert facts["Price table"] == "October list for 1 request"
    assert facts["Repeated request ids"] == "none"
    assert facts["Values set aside"] == "none"
    assert facts["Lost by telemetry"].startswith("11 records dropped")
    before = {fact.label: fact.text for fact in reported(db, PeriodAsk(month="2026-09")).confidence}
    assert before["Price table"] == "September list for 4 requests"
    assert before["Repeated request ids"].startswith("3 rows repeat")
    assert before["Values set aside: input_tokens"].startswith("2 rows")
