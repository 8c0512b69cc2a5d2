"""Langfuse's observations come in straight from its API, page by page, with the figures of an export, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.telemetry.waiting import Waiting

from finops_report.errors import ConfigError
from finops_report.ingest.remote.langfuse_api import observations_at
from finops_report.ingest.rows import Row, TornRow
from tests.conftest import Run
from tests.finops_report.ingest.conftest import DB, Rows, as_lines, rows
from tests.finops_report.ingest.remote.langfuse_server import PUBLIC, SECRET, Answer, Langfuse, serving
from tests.finops_report.ingest.test_langfuse import ALL, observation

__all__ = ["rows"]  # a fixture
KEYS = {"LANGFUSE_PUBLIC_KEY": PUBLIC, "LANGFUSE_SECRET_KEY": SECRET}
BUSY = Answer({"message": "429 - rate limit exceeded"}, 429, {"Retry-After": "0"})
EMBEDDING = observation(id="e1", type="EMBEDDING", providedModelName="text-embedding-3-small")
EVERY = [*ALL, EMBEDDING, *(observation(id=f"n{number}", totalCost=0.1 / (7 + number)) for number in range(10))]


@pytest.fixture
def langfuse() -> Iterator[Langfuse]:
    with serving(Langfuse(list(EVERY), most=4)) as server:
        yield server


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def read(langfuse: Langfuse, pauses: list[float] | None = None) -> list[Row | TornRow]:
    """Read all rows; pauses are noted and not made."""
    made: list[float] = [] if pauses is None else pauses
    waiting = Waiting(0.0, lambda: 0.0, made.append)
    return list(observations_at(langfuse.url, (None, None), KEYS, waiting).rows())


def once(*answers: Answer | None) -> Callable[[int], Answer | None]:
    """Answer the first questions so, and all others as they should be."""
    return lambda number: answers[number] if number < len(answers) else None


@pytest.mark.parametrize("is_older", [False, True])
def test_figures_are_those_of_the_same_observations_as_json(
    run: Run, tmp_path: Path, rows: Rows, langfuse: Langfuse, is_older: bool
) -> None:
    langfuse.is_older = is_older
    result = run("ingest", "--from", "langfuse", langfuse.url)
    assert result.exit_code == 0, result.output
    assert f"{langfuse.url}: Langfuse observations, {13 if is_older else 14} requests" in result.stdout
    found = sorted(rows(), key=lambda row: str(row["request_id"]))
    (tmp_path / DB).unlink()
    run("ingest", as_lines(tmp_path / "o.jsonl", [one for one in EVERY if not is_older or one != EMBEDDING]))
    assert found == sorted(rows(), key=lambda row: str(row["request_id"]))
    costs = [Decimal(repr(row["cost_estimated"])) for row in found if row["cost_estimated"] is not None]
    assert sum(costs) == Decimal("0.0003369") * (11 if is_older else 12) + Decimal("0.7112805")


def test_all_pages_are_asked_for_and_no_texts_where_they_can_be_left_out(langfuse: Langfuse) -> None:
    assert len(read(langfuse)) == 14
    assert [ask.get("cursor") for _, ask in langfuse.asked] == [None, "c4", "c8", "c12", None]
    assert not [ask for _, ask in langfuse.asked if "io" in ask["fields"].split(",")]
    langfuse.asked.clear()
    langfuse.is_older = True
    assert len(read(langfuse)) == 13
    assert [ask.get("page") for _, ask in langfuse.asked] == [None, "1", "2", "3", "4", "1"]


def test_the_same_range_twice_changes_nothing_and_only_new_ones_are_added(
    run: Run, rows: Rows, langfuse: Langfuse
) -> None:
    days = ("--since", "2026-10-01", "--until", "2026-10-01")
    asking = ("ingest", "--from", "langfuse", langfuse.url)
    assert "14 new requests" in run(*asking, *days).stdout
    before = rows()
    assert "0 new requests in telemetry.duckdb; 14 already there" in run(*asking, *days).stdout
    assert rows() == before
    langfuse.observations.append(observation(id="next", startTime="2026-10-02T00:00:00.000Z"))
    assert "0 new requests" in run(*asking, *days).stdout
    assert "1 new request in telemetry.duckdb" in run(*asking, "--since", "2026-10-02").stdout
    asked = {name: langfuse.asked[0][1][name] for name in ("fromStartTime", "toStartTime")}
    assert asked == {"fromStartTime": "2026-10-01T00:00:00Z", "toStartTime": "2026-10-02T00:00:00Z"}


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path, langfuse: Langfuse) -> None:
    result = run("ingest", "--from", "langfuse", f"{langfuse.url}/api/public/observations", "--dry-run")
    assert "14 requests" in result.stdout, result.output
    assert not list(tmp_path.iterdir())


def test_an_api_that_is_busy_is_asked_again_as_late_as_it_wants(langfuse: Langfuse) -> None:
    langfuse.instead = once(Answer({}, 429, {"Retry-After": "37"}), None, Answer(b"", 503), Answer({}, 500))
    pauses: list[float] = []
    assert len(read(langfuse, pauses)) == 14
    assert pauses == [37.0, 2.0, 4.0]


def test_a_limit_of_the_rate_is_waited_out_by_the_command(run: Run, langfuse: Langfuse) -> None:
    langfuse.instead = once(BUSY, BUSY)
    assert "14 new requests" in run("ingest", "--from", "langfuse", langfuse.url).stdout


@pytest.mark.parametrize(("wanted", "pauses"), [("3600", []), ("1", [1.0] * 5), ("soon", [2.0, 4.0, 8.0, 16.0, 32.0])])
def test_patience_has_a_bound(langfuse: Langfuse, wanted: str, pauses: list[float]) -> None:
    langfuse.instead = lambda number: Answer({}, 429, {"Retry-After": wanted})
    made: list[float] = []
    with pytest.raises(ConfigError, match=r"gives no answer: it is busy \(429\)"):
        read(langfuse, made)
    assert made == pauses


def test_a_connection_that_breaks_on_the_way_is_made_anew(langfuse: Langfuse) -> None:
    langfuse.instead = once(None, Answer({}, headers={"Content-Length": "100"}))
    assert len(read(langfuse)) == 14
    langfuse.asked.clear()
    langfuse.instead = once(Answer({}, headers={"Content-Length": "100"}))
    with pytest.raises(ConfigError, match="gives no answer"):
        read(langfuse)  # nothing was ever heard of it: the address may be wrong


def test_what_is_no_observation_is_set_aside(run: Run, langfuse: Langfuse) -> None:
    langfuse.instead = once(Answer({"data": ["x", observation(), observation(id=None)], "meta": {}}))
    result = run("ingest", "--from", "langfuse", langfuse.url)
    assert "set aside, 1 row: no object of JSON" in result.stdout, result.output
    assert "set aside, 1 row: id is missing" in result.stdout


@pytest.mark.parametrize(
    ("answers", "message", "hint"),
    [
        ([None, Answer(b"<html>")], "answers with no JSON", "check the address"),
        ([None, Answer(b'{"data": [{"id": "o')], "answers with no JSON", "check the address"),
        ([None, Answer(["x"])], "answers with no JSON", "check the address"),
        ([None, Answer({"meta": {}})], "does not answer as it should: a page has no data", "try again"),
        ([None, Answer({"data": [], "meta": {"cursor": 7}})], "its cursor is no text", "try again"),
        ([None, Answer({"data": [], "meta": {"cursor": "c4"}})], "it gives the page c4 twice", "try again"),
        ([Answer({}, 404), Answer({"data": [], "meta": {}})], "does not say which it is", "try again"),
        (
            [Answer({}, 404), Answer({"data": [], "meta": {"page": 1, "totalPages": 2}})],
            *("page 1 of 2 is empty", "try again"),
        ),
        ([Answer({}, 404), Answer({}, 404)], "There is no API of Langfuse at http://127.0.0.1", "the host of its page"),
        ([Answer({}, 307, {"Location": "https://eu.x/?k=1"})], "sends on to another address", "is at: https://eu.x/"),
        ([None, Answer({"message": "fields is wrong"}, 400)], "refuses: 400: fields is wrong", "check the address"),
        ([Answer({"message": f"no {SECRET}"}, 403)], "refuses: 403: no [secret]", "LANGFUSE_SECRET_KEY"),
    ],
)
def test_an_answer_that_cannot_be_used_is_one_error_and_one_hint_and_nothing_is_written(
    run: Run, tmp_path: Path, langfuse: Langfuse, answers: list[Answer | None], message: str, hint: str
) -> None:
    langfuse.instead = once(*answers)
    result = run("ingest", "--from", "langfuse", langfuse.url)
    assert (result.exit_code, result.stdout) == (1, "")
    error, second = result.stderr.splitlines()
    assert message in error
    assert hint in second
    assert not list(tmp_path.iterdir())


def test_wrong_keys_and_none_say_where_they_are_read_and_stand_nowhere(
    run: Run, tmp_path: Path, langfuse: Langfuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGFUSE_SECRET_KEY", "sk-lf-wr0ng-one")
    wrong = run("ingest", "--from", "langfuse", langfuse.url)
    assert wrong.exit_code == 1
    assert "refuses: 401: Invalid credentials" in wrong.stderr
    assert "LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY" in wrong.stderr
    monkeypatch.delenv("LANGFUSE_SECRET_KEY")
    none = run("ingest", "--from", "langfuse", langfuse.url)
    assert "There is no key for 127.0.0.1:" in none.stderr
    within = run("ingest", "--from", "langfuse", langfuse.url.replace("://", f"://{PUBLIC}:{SECRET}@"))
    assert "The address of Langfuse cannot be read" in within.stderr
    written = wrong.output + none.output + within.output
    assert not [secret for secret in ("wr0ng", PUBLIC, SECRET) if secret in written]
    assert not list(tmp_path.iterdir())


def test_a_host_that_cannot_be_reached_says_so_at_once(run: Run) -> None:
    result = run("ingest", "--from", "langfuse", "http://127.0.0.1:1")
    assert result.exit_code == 1
    assert "error: http://127.0.0.1:1 gives no answer" in result.stderr
    assert "check the address" in result.stderr


def test_an_address_of_the_web_is_read_for_langfuse_alone(run: Run) -> None:
    result = run("ingest", "https://example.invalid/export.csv")
    assert "Addresses are not read yet: https://example.invalid/export.csv" in result.stderr
    assert "--from langfuse" in result.stderr
