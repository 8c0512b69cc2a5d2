"""Say prices, their differences and what would be, as text, as Markdown for a pull request's comment, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal

from finops_report.prices.days import PricedDays
from finops_report.prices.difference import Difference, Side
from finops_report.prices.in_force import Committed, InForce, Rate
from finops_report.prices.used import Target
from finops_report.prices.what_if import Moved, WhatIf
from finops_report.wording import formats

MOST_MOVED = 30
NO_NUMBER = "–"
SAME_TOKENS = (
    "The same requests, with the same tokens and at the same moments: other models count tokens otherwise and may need "
    "more of them. Failed tries are left out."
)
UNIT_WORDS = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_tokens": "cache read",
    "cache_write_tokens": "cache write",
    "cache_write_1h_tokens": "1-hour cache write",
    "output_reasoning_tokens": "reasoning",
}


def prices_text(rows: Sequence[InForce], agreed: Sequence[Committed]) -> Iterator[str]:
    """Yield what is in force, a target at a time, what is wrong with it, and how far commitments are used."""
    for row in rows:
        way = f" ({row.served})" if row.served else ""
        used = f", {formats.plural(row.requests, 'request')}" if row.requests else ", not in use"
        yield f"{row.provider}/{row.model}{way}: {row.source or 'no price'}{used}"
        if row.rates:
            yield f"    {', '.join(map(_rate, row.rates))}"
        yield from (f"    ! {flag}" for flag in row.flags)
    for one in agreed:
        yield (
            f"commitment {one.commitment.name}: {_usd(one.used_usd)} of {_usd(one.commitment.amount_usd)} used "
            f"({formats.percent(one.used_share)}), {formats.percent(one.passed_share)} of its time has passed"
            f"{': behind' if one.is_behind else ''}"
        )
    flagged = sum(bool(row.flags) for row in rows)
    yield f"{formats.plural(len(rows), 'price')}, {flagged} flagged"


def prices_json(rows: Sequence[InForce], agreed: Sequence[Committed]) -> str:
    """Return what is in force as JSON; amounts are texts, to the last digit."""
    return _json({"prices": [asdict(row) for row in rows], "commitments": [_committed(one) for one in agreed]})


def difference_text(a: Side, b: Side, rows: Sequence[Difference]) -> Iterator[str]:
    """Yield the prices that differ, a unit a line."""
    yield f"{a.name} -> {b.name}: {formats.plural(len(rows), 'price')} differ" if rows else "no price differs"
    for row in rows:
        name = f"{row.provider}/{row.model}" + (f" ({row.served})" if row.served else "")
        yield f"{name}: {_unit(row)}: {_maybe(row.a_usd)} -> {_maybe(row.b_usd)}{_changed(row)}"


def difference_markdown(a: Side, b: Side, rows: Sequence[Difference]) -> Iterator[str]:
    """Yield the prices that differ as a table of Markdown."""
    yield f"### Prices: {_cell(a.name)} -> {_cell(b.name)}"
    yield ""
    if not rows:
        yield "No price differs."
        return
    yield "| target | of | before | after | change |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for row in rows:
        name = f"{row.provider}/{row.model}" + (f" ({row.served})" if row.served else "")
        change = _changed(row).strip(" ()") or NO_NUMBER
        yield f"| {_cell(name)} | {_unit(row)} | {_maybe(row.a_usd)} | {_maybe(row.b_usd)} | {change} |"


def difference_json(a: Side, b: Side, rows: Sequence[Difference]) -> str:
    """Return the prices that differ as JSON; amounts are texts, to the last digit."""
    return _json({"a": a.name, "b": b.name, "differences": [asdict(row) for row in rows]})


def what_if_text(found: WhatIf, days: PricedDays) -> Iterator[str]:
    """Yield what would have been, the largest change first."""
    yield f"{_span(days)}: {_usd(found.before_usd)} before, {_usd(found.after_usd)} after ({_verdict(found)})"
    for one in found.moved[:MOST_MOVED]:
        without = f", {formats.count(one.unknown)} of them without a price" if one.unknown else ""
        requests = formats.plural(one.requests, "request")
        yield f"  {_move(one)}: {requests}, {_usd(one.before_usd)} -> {_usd(one.after_usd)}{without}"
    yield from _rest(found, "  ")
    if found.unknown:
        yield f"not compared: {formats.plural(found.unknown, 'request')} without a price before or after"
    yield SAME_TOKENS


def what_if_markdown(found: WhatIf, days: PricedDays) -> Iterator[str]:
    """Yield what would have been as Markdown: a headline, a table, and what it leaves out."""
    yield f"### What this change would have cost: {_span(days)}"
    yield ""
    yield f"**{_usd(found.before_usd)} before, {_usd(found.after_usd)} after: {_verdict(found)}**"
    yield ""
    yield "| requests of | requests | before | after | difference |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for one in found.moved[:MOST_MOVED]:
        yield (
            f"| {_cell(_move(one))} | {formats.count(one.requests)} | {_usd(one.before_usd)} | {_usd(one.after_usd)} | "
            f"{_difference(one.after_usd - one.before_usd)} |"
        )
    yield ""
    yield from _rest(found, "")
    if found.unknown:
        yield f"Not compared: {formats.plural(found.unknown, 'request')} without a price before or after."
    yield SAME_TOKENS


def what_if_json(found: WhatIf, days: PricedDays) -> str:
    """Return what would have been as JSON; amounts are texts, to the last digit."""
    moved = [
        {
            "from": "/".join(one.before),
            "to": "/".join(one.after),
            "requests": one.requests,
            "unknown_requests": one.unknown,
            "before_usd": one.before_usd,
            "after_usd": one.after_usd,
        }
        for one in found.moved
    ]
    said = {
        "first_day": days.begins,
        "last_day": days.ends,
        "requests": found.requests,
        "unknown_requests": found.unknown,
        "before_usd": found.before_usd,
        "after_usd": found.after_usd,
        "moved": moved,
    }
    return _json(said)


def _rest(found: WhatIf, indent: str) -> Iterator[str]:
    if len(found.moved) > MOST_MOVED:
        yield f"{indent}and {formats.plural(len(found.moved) - MOST_MOVED, 'more target')}, in these sums"


def _span(days: PricedDays) -> str:
    match days.begins, days.ends:
        case None, None:
            return "all that is recorded"
        case begins, None:
            return f"from {begins} on"
        case None, ends:
            return f"until {ends}"
        case begins, ends:
            return f"{begins} to {ends}"


def _move(one: Moved) -> str:
    return _name(one.before) if one.before == one.after else f"{_name(one.before)} -> {_name(one.after)}"


def _name(target: Target) -> str:
    return "/".join(target)


def _verdict(found: WhatIf) -> str:
    difference = found.after_usd - found.before_usd
    if not difference:
        return "no difference"
    share = f", {formats.percent(abs(difference) / found.before_usd)}" if found.before_usd else ""
    return f"{_usd(abs(difference))} {'more' if difference > 0 else 'less'}{share}"


def _rate(rate: Rate) -> str:
    above = f" above {formats.count(rate.above_tokens)} tokens" if rate.above_tokens else ""
    word = UNIT_WORDS.get(rate.unit, rate.unit.replace("_", " "))
    return f"{word} {_usd(rate.usd)}{'/M' if rate.per > 1 else ''}{above}"


def _unit(row: Difference) -> str:
    above = f" above {formats.count(row.above_tokens)} tokens" if row.above_tokens else ""
    return f"{UNIT_WORDS.get(row.unit, row.unit.replace('_', ' '))}{', a million' if row.per > 1 else ''}{above}"


def _maybe(usd: Decimal | None) -> str:
    return NO_NUMBER if usd is None else _usd(usd)


def _changed(row: Difference) -> str:
    if not row.a_usd or row.b_usd is None:
        return ""
    ratio = (row.b_usd - row.a_usd) / row.a_usd
    return f" ({'+' if ratio > 0 else '-'}{formats.percent(abs(ratio))})"


def _usd(amount: Decimal) -> str:
    return f"${formats.exact(amount)}"


def _difference(amount: Decimal) -> str:
    return "none" if not amount else f"{'+' if amount > 0 else '-'}{_usd(abs(amount))}"


def _cell(text: str) -> str:
    """Return a name as a cell of Markdown: names are whatever a caller made of them."""
    plain = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\|`*_[]<>#@" else letter for letter in plain)


def _committed(one: Committed) -> dict[str, object]:
    return {
        "name": one.commitment.name,
        "provider": one.commitment.provider,
        "amount_usd": one.commitment.amount_usd,
        "valid_from": str(one.commitment.valid_from),
        "valid_until": str(one.commitment.valid_until),
        "used_usd": one.used_usd,
        "used_share": one.used_share,
        "passed_share": one.passed_share,
    }


def _json(said: object) -> str:
    return json.dumps(said, indent=2, ensure_ascii=False, default=_exact)


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    raise TypeError(f"no JSON of {type(value).__name__}")
