"""Turn the sums of a provider's usage report into requests that come to the same.

A report says what was used in a stretch of time, not by which request. A row of it becomes as many requests as it
counts, evenly over its time, with equal parts of its tokens: all sums are the report's own, to the last token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from finops_router.calls import Served, Usage
from finops_router.ingest.foreign import ForeignRequest
from finops_router.ingest.values import BadValueError, items, mapping, moment_us
from finops_router.records import RequestRecord
from msgspec.structs import replace

from finops_report.ingest.outcomes import Aside, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow

Bounds = tuple[str, str]  # what a report calls the begin and the end of a bucket


def results_of(rows: Iterable[Row | TornRow], of_result: Callable[[Row, Mapping[str, object]], Outcomes]) -> Outcomes:
    """Yield what `of_result` makes of each result of each bucket; a bucket without results is passed over."""
    for row in rows:
        if isinstance(row, TornRow):
            yield Aside(row.line, row.reason, {})
            continue
        results = items(row.values.get("results"))
        if not results:
            yield Passed(row.line)
        for result in results:
            yield from of_result(row, mapping(result))


def stretch_of(bucket: Mapping[str, object], bounds: Bounds) -> tuple[int, int]:
    """Return when a bucket begins, and how long it is, both in microseconds. Raises BadValueError."""
    started_us, ended_us = (moment_us(bucket.get(name), name) for name in bounds)
    if started_us is None or ended_us is None or ended_us <= started_us:
        raise BadValueError(f"{' and '.join(bounds)} are no stretch of time")
    return started_us, ended_us - started_us


def result_id(provider: str, bucket: Mapping[str, object], bounds: Bounds, result: Mapping[str, object]) -> str:
    """Return an id that the same row of a report has every time: by its time and what it is grouped by."""
    groups = {name: value for name, value in result.items() if isinstance(value, str | bool)}
    said = msgspec.json.encode([*(bucket.get(name) for name in bounds), sorted(groups.items())])
    return f"{provider}-usage-{hashlib.sha256(said).hexdigest()[:24]}"


def shown(bucket: Mapping[str, object], bounds: Bounds, groups: Mapping[str, str]) -> dict[str, object]:
    """Return what is kept of a row that cannot be read: its time and what it is grouped by."""
    return {**{name: bucket.get(name) for name in bounds}, **groups}


def parts_of(
    record: RequestRecord, usage: Usage, served: Served, number: int, length_us: int
) -> Iterator[ForeignRequest]:
    """Yield `number` requests, evenly over `length_us` microseconds, whose usages come to `usage`.

    What cannot be divided goes to the first ones. `record.request_id` is that of the row: each has its number after it.
    """
    for place in range(number):
        yield ForeignRequest(
            record=replace(
                record,
                timestamp_us=record.timestamp_us + length_us * place // number,
                request_id=f"{record.request_id}-{place + 1}",
            ),
            usage=_part_of(usage, place, number),
            served=served,
        )


def named(row: Mapping[str, object], names: Mapping[str, str]) -> dict[str, str]:
    """Return what a row is grouped by, theirs -> ours."""
    return {ours: str(row[theirs]) for theirs, ours in names.items() if row.get(theirs) not in (None, "")}


def _part_of(usage: Usage, place: int, number: int) -> Usage:
    """Return one of `number` parts; divided is what lies beside one another, so that no part outgrows its whole."""
    read, written, hour = (
        usage.cache_read_input_tokens,
        usage.cache_write_input_tokens,
        usage.cache_write_1h_input_tokens,
    )
    heard, spoken = usage.input_audio_tokens, usage.output_audio_tokens

    def part(whole: int) -> int:
        return whole // number + (place < whole % number)

    writes = part(written - hour) + part(hour)
    return Usage(
        input_tokens=part(usage.input_tokens - read - written - heard) + part(read) + part(heard) + writes,
        output_tokens=part(usage.output_tokens - spoken) + part(spoken),
        cache_read_input_tokens=part(read),
        cache_write_input_tokens=writes,
        cache_write_1h_input_tokens=part(hour),
        input_audio_tokens=part(heard),
        output_audio_tokens=part(spoken),
        other_units={unit: share for unit, used in usage.other_units.items() if (share := part(int(used)))},
    )
