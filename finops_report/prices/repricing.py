"""Price what is recorded anew, or undo it, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from finops_router.pricing.listed import source as listed_source
from finops_router.pricing.repricing import Asked, Repricing
from finops_router.settings.reader import Settings
from finops_router.telemetry.sinks import duckdb_repricing
from finops_router.telemetry.sinks.contract import SinkError
from finops_router.telemetry.sinks.repricing import (
    OURS,
    UNKNOWN,
    PastRepricing,
    RepriceAsk,
    Repriced,
    RepricedPart,
    Undone,
)
from finops_router.telemetry.waiting import Waiting

from finops_report.analysis.price_tables import dated
from finops_report.errors import DatabaseError
from finops_report.warehouse import is_parquet
from finops_report.wording import formats

WHOSE = {  # the amounts are that are left alone unless somebody says otherwise
    "provider": "as the provider charged them",
    "reported": "as the tool that recorded them had them",
    UNKNOWN: "for it is not on record where their amount is from",
}
MOST_PARTS = 20
Made = TypeVar("Made")


def reprice(db: Path, ask: RepriceAsk, settings: Settings, waiting: Waiting) -> Repriced:
    """Price the requests that are asked for by the prices of `settings`; with `ask.is_dry` nothing is written.

    Raises DatabaseError; nothing is changed then.
    """
    pricing = Repricing(settings.price_table(), ask.sources, asked_models(settings))
    return _explained(db, lambda: duckdb_repricing.reprice(db, ask, pricing, waiting))


def undo(db: Path, at_us: int, waiting: Waiting) -> Undone:
    """Undo the newest repricing that stands. Raises DatabaseError, also if there is none."""
    return _explained(db, lambda: duckdb_repricing.undo(db, at_us, waiting))


def past(db: Path, waiting: Waiting) -> tuple[PastRepricing, ...]:
    """Return all repricings, the newest last. Raises DatabaseError."""
    return _explained(db, lambda: duckdb_repricing.past(db, waiting))


def asked_models(settings: Settings) -> Asked:
    """Return which model each group asks a provider for, where it is one alone: its answers may call it otherwise."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, group in (settings.router.groups if settings.router is not None else {}).items():
        for target in group.targets:
            found.setdefault((name, target.provider), set()).add(target.model)
    return {key: next(iter(models)) for key, models in found.items() if len(models) == 1}


def prices_in_words(settings: Settings, file: Path | None) -> str:
    """Return what the prices of `settings` are: the file, if it has any of its own, and the public list."""
    table = settings.price_table()
    has_own = table.own or table.contract.discounts
    named = [str(file)] if has_own and file is not None else []
    return formats.listed([*named, dated(listed_source())])


def sources(also: Sequence[str]) -> tuple[str, ...]:
    """Return the sources whose amounts are priced anew: ours, and those that somebody says `also`."""
    return (*OURS, *also)


def summary(done: Repriced, ask: RepriceAsk, db: Path) -> Iterator[str]:
    """Yield what became of the requests, for a terminal."""
    seen = sum(part.requests for part in done.parts) + sum(requests for requests, _ in done.left_alone.values())
    yield f"{formats.plural(seen, 'request')} in {db} at {ask.prices}"
    changed = _of(done, "changed")
    if changed:
        before, after = _sum(changed, "before_usd"), _sum(changed, "after_usd")
        more = _difference(after - before)
        yield f"  {_requests(changed)} repriced: {_usd(before)} before, {_usd(after)} after ({more})"
    if priced := _of(done, "priced"):
        yield f"  {_requests(priced)} that had no price: {_usd(_sum(priced, 'after_usd'))}"
    if same := _of(done, "same"):
        yield f"  {_requests(same)} unchanged: {_usd(_sum(same, 'after_usd'))}"
    if kept := _of(done, "kept"):
        yield f"  {_requests(kept)} left as recorded, no price of them is known: {_usd(_sum(kept, 'before_usd'))}"
    for source, (requests, cost_usd) in done.left_alone.items():
        whose = WHOSE.get(source, f"for their amount is from '{formats.shortened(source)}'")
        amount = _usd(cost_usd or Decimal(0))
        yield f"  {formats.plural(requests, 'request')} left alone {whose}: {amount} (--also {source})"
    yield from _by_target([*changed, *_of(done, "priced")])
    if done.attempts:
        yield f"  {formats.plural(done.attempts, 'try', 'tries')} repriced with their requests"
    if ask.is_dry:
        yield "nothing was written: leave --dry-run out to do it"
    elif done.number:
        yield f"repricing {done.number}; undo it with: finops-report reprice --undo --db {db}"
    else:
        yield "nothing had to be changed"


def undone(done: Undone) -> Iterator[str]:
    """Yield what was undone."""
    tries = f" and {formats.plural(done.attempts, 'try', 'tries')}" if done.attempts else ""
    yield f"repricing {done.number} undone: {formats.plural(done.requests, 'request')}{tries} as they were before"
    if done.missing:
        yield f"  {formats.plural(done.missing, 'row')} of it are no longer there"


def listing(found: Sequence[PastRepricing]) -> Iterator[str]:
    """Yield a line for each repricing."""
    for one in found:
        state = "stands" if one.undone_us is None else f"undone {_moment(one.undone_us)}"
        amounts = f"{_usd(one.before_usd)} before, {_usd(one.after_usd)} after, at {one.prices}"
        yield f"{one.number}: {_moment(one.at_us)}, {formats.plural(one.requests, 'request')}, {amounts}; {state}"
    if not found:
        yield "nothing was ever repriced"


def _by_target(parts: Sequence[RepricedPart]) -> Iterator[str]:
    """Yield a line for each target whose cost has changed, what has changed most first."""
    targets: dict[tuple[str, str], list[Decimal]] = {}
    for part in parts:
        key = (part.provider or "unknown provider", part.model or "no model")
        sums = targets.setdefault(key, [Decimal(0), Decimal(0)])
        sums[0] += part.before_usd or 0
        sums[1] += part.after_usd or 0
    ordered = sorted(targets.items(), key=lambda one: (-abs(one[1][1] - one[1][0]), one[0]))
    for (provider, model), (before, after) in ordered[:MOST_PARTS]:
        yield f"    {provider}/{model}: {_usd(before)} -> {_usd(after)} ({_difference(after - before)})"
    if len(ordered) > MOST_PARTS:
        yield f"    and {formats.plural(len(ordered) - MOST_PARTS, 'more target')}"


def _of(done: Repriced, outcome: str) -> list[RepricedPart]:
    return [part for part in done.parts if part.outcome == outcome]


def _requests(parts: Sequence[RepricedPart]) -> str:
    return formats.plural(sum(part.requests for part in parts), "request")


def _sum(parts: Sequence[RepricedPart], name: str) -> Decimal:
    return sum((getattr(part, name) or Decimal(0) for part in parts), Decimal(0))


def _usd(amount: Decimal) -> str:
    return f"${formats.exact(amount)}"


def _difference(amount: Decimal) -> str:
    return "no difference" if not amount else f"{'+' if amount > 0 else '-'}{_usd(abs(amount))}"


def _moment(at_us: int) -> str:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _explained(db: Path, work: Callable[[], Made]) -> Made:
    if not db.exists():
        raise DatabaseError(
            f"No such file: {db}", "point --db at the telemetry that the collector or ingest has written"
        )
    if not db.is_file() or is_parquet(db):
        raise DatabaseError(f"It is no DuckDB file: {db}", "bring it in first: finops-report ingest, then reprice that")
    try:
        return work()
    except SinkError as error:
        raise DatabaseError(f"The database cannot be used: {error.message}", error.hint) from error
