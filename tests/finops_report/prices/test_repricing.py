"""What is recorded is priced anew exactly, only what may be, and undone to the same bytes."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from finops_router.calls import Served, Usage
from finops_router.pricing.contract import Contract, Discount
from finops_router.pricing.priced_record import priced_record
from finops_router.pricing.prices import Prices
from finops_router.pricing.repricing import Repricing
from finops_router.records import AttemptRecord, Record, RequestRecord
from finops_router.telemetry.codec import encode
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import SinkBusyError
from finops_router.telemetry.sinks.duckdb_repricing import past, reprice, undo
from finops_router.telemetry.sinks.repricing import OURS, RepriceAsk
from finops_router.telemetry.waiting import Waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Run

NOON_US = 1_790_000_000_000_000
NO_WAIT = Waiting(0.0, lambda: 0.0, lambda _: None)
ALL = RepriceAsk(from_us=0, until_us=2 * NOON_US, prices="new prices", at_us=NOON_US)
MODELS = [("openai", "gpt-4o-mini"), ("anthropic", "claude-sonnet-4-5"), ("openai", "nobody-knows-it"), ("own", "m")]
HALF = Prices(
    contract=Contract(tuple(Discount(provider=name, share=Decimal("0.5")) for name in ("openai", "anthropic")))
)


def recorded(number: int, usage: Usage, target: tuple[str, str], prices: Prices, **others: Any) -> RequestRecord:
    """A request as the router records it."""
    record = RequestRecord(
        timestamp_us=NOON_US + number,
        request_id=f"r{number}",
        provider=target[0],
        model=target[1],
        status="ok",
        **others,
    )
    return priced_record(record, usage, prices.bill(usage, *target, NOON_US + number), Served())


def load(db: Path, records: Iterable[Record]) -> Path:
    lines = db.with_name("1-host-1-aa.sealed")
    lines.write_bytes(b"".join(encode(record) + b"\n" for record in records))
    sink_at(db).load([lines], [], NO_WAIT)
    return db


def rows(db: Path, table: str = "telemetry") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(db)) as con:
        return con.execute(f"from {table}").fetchall()


def digest(db: Path) -> str:
    """All that tables of ours hold, to the byte and in its order, but for what repricings remember."""
    return hashlib.sha256(repr([rows(db, name) for name in ("telemetry", "attempts")]).encode()).hexdigest()


def costs(db: Path) -> dict[str, tuple[Any, ...]]:
    with duckdb.connect(str(db)) as con:
        found = con.execute("select request_id, cost_estimated, cost_source, price_source from telemetry").fetchall()
    return {row[0]: row[1:] for row in found}


TOKENS = st.integers(0, 300_000)
USAGES = st.builds(
    lambda plain, read, write, hour, output, thought, searches, source: Usage(
        input_tokens=plain + read + write + hour,
        output_tokens=output + thought,
        cache_read_input_tokens=read,
        cache_write_input_tokens=write + hour,
        cache_write_1h_input_tokens=hour,
        reasoning_output_tokens=thought,
        other_units={"web_searches": searches} if searches else {},
        source=source,
    ),
    TOKENS, TOKENS, TOKENS, TOKENS, TOKENS, TOKENS,
    st.integers(0, 3), st.sampled_from(["provider", "estimated", "none"]),
)  # fmt: skip
CALLS = st.lists(st.tuples(USAGES, st.sampled_from(MODELS), st.integers(0, 2)), min_size=1, max_size=30)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CALLS, st.booleans())
def test_the_same_prices_change_nothing_and_others_are_undone_to_the_byte(
    calls: list[tuple[Usage, tuple[str, str], int]], twice: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # ids repeat, and moments with them
        records = [
            msgspec.structs.replace(recorded(number // 2, usage, target, Prices()), latency_ms=float(number))
            for number, (usage, target, _) in enumerate(calls)
        ]
        db = load(Path(folder) / "t.duckdb", records)
        before = digest(db)
        same = reprice(db, ALL, Repricing(Prices(), OURS), NO_WAIT)
        assert (same.number, same.attempts) == (0, 0)
        assert digest(db) == before
        reprice(db, dataclasses.replace(ALL, is_dry=True), Repricing(HALF, OURS), NO_WAIT)
        assert digest(db) == before
        done = reprice(db, ALL, Repricing(HALF, OURS), NO_WAIT)
        exact = [
            HALF.bill(usage, *target, record.timestamp_us)
            for record, (usage, target, _) in zip(records, calls, strict=True)
        ]
        assert [row[7] for row in rows(db)] == [
            None if bill.cost_usd is None else float(bill.cost_usd) for bill in exact
        ]
        if twice:
            reprice(db, ALL, Repricing(Prices(), OURS), NO_WAIT)
            undo(db, NOON_US, NO_WAIT) if done.number else None
        if done.number:
            assert undo(db, NOON_US, NO_WAIT).missing == 0
        assert digest(db) == before


def test_totals_say_what_became_of_each_request(tmp_path: Path) -> None:
    million = Usage(input_tokens=1_000_000, output_tokens=0)
    charged = msgspec.structs.replace(
        recorded(3, million, MODELS[0], Prices()), cost_source="provider", cost_estimated=9.0
    )
    gone = msgspec.structs.replace(
        recorded(2, million, MODELS[2], Prices()), cost_estimated=0.25, cost_source="contract"
    )
    unpriced = msgspec.structs.replace(
        recorded(4, million, MODELS[0], Prices()), cost_estimated=None, cost_source=None, unpriced_reason="model"
    )
    plain = recorded(1, million, MODELS[0], Prices())
    db = load(tmp_path / "t.duckdb", [plain, gone, charged, unpriced])
    done = reprice(db, ALL, Repricing(HALF, OURS), NO_WAIT)
    assert [(part.outcome, part.requests, part.before_usd, part.after_usd) for part in done.parts] == [
        ("changed", 1, Decimal("0.15"), Decimal("0.075")),
        ("priced", 1, None, Decimal("0.075")),
        ("kept", 1, Decimal("0.25"), Decimal("0.25")),
    ]
    assert done.left_alone == {"provider": (1, Decimal(9))}
    found = costs(db)
    assert found["r3"][:2] == (9.0, "provider")
    assert found["r4"][:2] == (0.075, "contract")
    assert found["r2"][:2] == (0.25, "contract")
    ((number, at_us, prices, requests, attempts, before, after, undone_us),) = map(
        dataclasses.astuple, past(db, NO_WAIT)
    )
    assert (number, at_us, prices, requests, attempts, undone_us) == (1, NOON_US, "new prices", 2, 0, None)
    assert (before, after) == (Decimal("0.15"), Decimal("0.15"))


def test_a_charged_amount_is_priced_if_somebody_says_so(tmp_path: Path) -> None:
    charged = msgspec.structs.replace(
        recorded(1, Usage(input_tokens=1_000_000, output_tokens=0), MODELS[0], Prices()),
        cost_source="provider",
        cost_estimated=9.0,
    )
    db = load(tmp_path / "t.duckdb", [charged])
    sources = (*OURS, "provider")
    reprice(db, dataclasses.replace(ALL, sources=sources), Repricing(HALF, sources), NO_WAIT)
    assert costs(db)["r1"][:2] == (0.075, "contract")
    undo(db, NOON_US, NO_WAIT)
    assert costs(db)["r1"][:2] == (9.0, "provider")


def tried() -> list[Record]:
    """A request that failed at one provider, for an estimated amount, and was answered by another."""
    failed, answered = (
        Usage(input_tokens=1_000_000, output_tokens=0, source="estimated"),
        Usage(input_tokens=2_000_000, output_tokens=0),
    )
    first, second = (Prices().bill(usage, *MODELS[0], NOON_US) for usage in (failed, answered))
    assert first.cost_usd is not None
    assert second.cost_usd is not None
    request = recorded(1, answered, MODELS[0], Prices())
    common: dict[str, Any] = {
        "timestamp_us": NOON_US + 1,
        "request_id": "r1",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "output_tokens": 0,
    }
    return [
        msgspec.structs.replace(
            request, cost_estimated=float(first.cost_usd + second.cost_usd), attempts=2, cost_source="estimated"
        ),
        AttemptRecord(
            **common, attempt=1, outcome="timeout", input_tokens=1_000_000, cost_estimated=float(first.cost_usd),
            usage_source="estimated", cost_source="estimated",
        ),
        AttemptRecord(
            **common, attempt=2, outcome="ok", input_tokens=2_000_000, cost_estimated=float(second.cost_usd),
            usage_source="provider", cost_source="list",
        ),
    ]  # fmt: skip


def test_tries_are_repriced_with_their_request_which_has_their_sum(tmp_path: Path) -> None:
    db = load(tmp_path / "t.duckdb", tried())
    before = digest(db)
    assert reprice(db, ALL, Repricing(Prices(), OURS), NO_WAIT).number == 0
    done = reprice(db, ALL, Repricing(HALF, OURS), NO_WAIT)
    assert done.attempts == 2
    assert costs(db)["r1"][:2] == (0.225, "estimated")
    with duckdb.connect(str(db)) as con:
        found = con.execute("select cost_estimated, cost_source from attempts order by attempt").fetchall()
    assert found == [(0.075, "estimated"), (0.15, "contract")]
    undo(db, NOON_US, NO_WAIT)
    assert digest(db) == before


def test_a_try_that_its_provider_counted_keeps_its_cost(tmp_path: Path) -> None:
    request, failed, answered = tried()
    counted = msgspec.structs.replace(failed, usage_source="provider", cost_source="list")
    db = load(tmp_path / "t.duckdb", [request, counted, answered])
    reprice(db, ALL, Repricing(HALF, OURS), NO_WAIT)
    assert costs(db)["r1"][0] == 0.3  # 0.15 as it was, and half of 0.3


def test_a_busy_file_is_waited_for_and_left_alone(tmp_path: Path) -> None:
    db = load(tmp_path / "t.duckdb", [recorded(1, Usage(input_tokens=1, output_tokens=1), MODELS[0], Prices())])
    script = f"import duckdb, sys; con = duckdb.connect({str(db)!r}); print('open', flush=True); sys.stdin.read()"

    async def held() -> None:
        import sys

        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert other.stdout is not None
        await other.stdout.readline()
        with pytest.raises(SinkBusyError):
            reprice(db, ALL, Repricing(HALF, OURS), NO_WAIT)
        await other.communicate(b"")

    asyncio.run(held())
    assert reprice(db, ALL, Repricing(HALF, OURS), NO_WAIT).number == 1


def test_what_fails_midway_changes_nothing(tmp_path: Path) -> None:
    class Broken(Repricing):
        def request(self, record: RequestRecord, other_tries_usd: object) -> Any:
            if record.request_id == "r3":
                raise ArithmeticError("in the middle")
            return super().request(record, other_tries_usd)  # type: ignore[arg-type] # as it came

    usage = Usage(input_tokens=1000, output_tokens=10)
    db = load(tmp_path / "t.duckdb", [recorded(number, usage, MODELS[0], Prices()) for number in range(5)])
    before = digest(db)
    with pytest.raises(ArithmeticError):
        reprice(db, ALL, Broken(HALF, OURS), NO_WAIT)
    assert digest(db) == before
    assert "repricings" not in _tables(db) or rows(db, "repricings") == []


def _tables(db: Path) -> list[str]:
    with duckdb.connect(str(db)) as con:
        return [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]


SETTINGS = """
[[prices.contract.discounts]]
provider = "openai"
share = 0.5
source = "order form"
"""


def test_the_command_reprices_lists_and_undoes(run: Run, tmp_path: Path) -> None:
    load(
        tmp_path / "telemetry.duckdb",
        [recorded(1, Usage(input_tokens=1_000_000, output_tokens=0), MODELS[0], Prices())],
    )
    (tmp_path / "finops.toml").write_text(SETTINGS, encoding="utf-8")
    before = digest(tmp_path / "telemetry.duckdb")
    dry = run("reprice", "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "1 request repriced: $0.15 before, $0.075 after (-$0.075)" in dry.stdout
    assert "openai/gpt-4o-mini: $0.15 -> $0.075" in dry.stdout
    assert "nothing was written" in dry.stdout
    assert digest(tmp_path / "telemetry.duckdb") == before
    done = run("reprice")
    assert "repricing 1; undo it with" in done.stdout
    assert "finops.toml and genai-prices" in done.stdout
    assert costs(tmp_path / "telemetry.duckdb")["r1"][2].endswith("less 50 % by order form")
    assert "1: 2026-11-06 21:20 UTC, 1 request, $0.15 before, $0.075 after" in run("reprice", "--list").stdout
    assert run("reprice").stdout.endswith("nothing had to be changed\n")
    assert run("reprice", "--undo").stdout == "repricing 1 undone: 1 request as they were before\n"
    assert digest(tmp_path / "telemetry.duckdb") == before
    assert "undone 2026-11-06" in run("reprice", "--list").stdout
    refused = run("reprice", "--undo")
    assert refused.exit_code == 1
    assert "No repricing stands" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "2020-01-01", "--until", "2020-01-02"), "0 requests"),
        (("--provider", "anthropic"), "0 requests"),
        (("--model", "gpt-4o-mini", "--month", "2026-09"), "1 request repriced"),
        (("--since", "2026-10-02", "--until", "2026-10-01"), "error: The period ends before it starts"),
        (("--undo", "--dry-run"), "--undo excludes"),
        (("--db", "nowhere.duckdb"), "error: No such file: nowhere.duckdb"),
        (("--db", "finops.toml"), "error: The database cannot be used"),
    ],
)
def test_the_command_takes_what_is_asked(run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    load(
        tmp_path / "telemetry.duckdb",
        [recorded(1, Usage(input_tokens=1_000_000, output_tokens=0), MODELS[0], Prices())],
    )
    (tmp_path / "finops.toml").write_text(SETTINGS, encoding="utf-8")
    assert said in run("reprice", *arguments).output
