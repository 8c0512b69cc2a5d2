"""Read what Claude Code keeps of its sessions: ~/.claude/projects, a folder a project, a file a session.

Its lines have the usage as Anthropic counts it, what was cached beside the input. An answer is written piece by piece,
with its usage so far in each: the last one counts. There are no costs in it (those of early versions apart): with a
subscription its list price is what it would have cost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import NamedTuple

from finops_router.calls import STANDARD, UNKNOWN_USAGE
from finops_router.ingest.foreign import ForeignRequest
from finops_router.ingest.provider_names import provider_name
from finops_router.ingest.values import BadValueError, amount, count, mapping, moment_us, text
from finops_router.pricing.usage import served_of, usage_of
from finops_router.records import RequestRecord

from finops_report.ingest.outcomes import Aside, Found, Outcome, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow

COLUMNS = {  # theirs -> ours
    "timestamp": "timestamp",
    "message.id": "request_id, response_id",
    "message.model": "model, provider",
    "message.usage": "input_tokens, output_tokens, cache and other tokens, service_tier",
    "costUSD": "cost_estimated",
    "cwd": "project",
    "gitBranch": "tags",
    "sessionId": "tags",
    "isSidechain": "tags",
}
TELLING = (frozenset({"sessionId", "uuid", "type"}),)
SOURCE = "reported by Claude Code"
NO_MODEL = "<synthetic>"  # of lines that Claude Code has made itself
TAGS = {"sessionId": "session", "gitBranch": "branch", "isSidechain": "sidechain"}
MOST_OPEN = 1000  # answers that may still go on, as those of agents at work side by side
COUNTED = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


class _Answer(NamedTuple):
    """An answer so far: the line of its newest piece, and when the first one was written."""

    line: int
    first_us: int
    row: Mapping[str, object]


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield what becomes of each answer; lines that are of none are passed over."""
    answers: OrderedDict[str, _Answer] = OrderedDict()
    for row in rows:
        if isinstance(row, TornRow):
            yield Aside(row.line, row.reason, {})
            continue
        message = mapping(row.values.get("message"))
        answer_id, model = text(message.get("id")), text(message.get("model"))
        if answer_id is None or model in (None, NO_MODEL) or not mapping(message.get("usage")):
            yield Passed(row.line)
            continue
        try:
            at_us = _moment(row.values)
        except BadValueError as error:
            yield Aside(row.line, str(error), {"message.id": answer_id})
            continue
        if answer_id in answers:
            yield Passed(row.line)
        first_us = answers[answer_id].first_us if answer_id in answers else at_us
        answers[answer_id] = _Answer(row.line, first_us, row.values)
        answers.move_to_end(answer_id)
        if len(answers) > MOST_OPEN:
            yield _read(answers.popitem(last=False)[1])
    for answer in answers.values():
        yield _read(answer)


def _read(answer: _Answer) -> Outcome:
    try:
        return Found(answer.line, _request(answer))
    except BadValueError as error:
        return Aside(answer.line, str(error), {"message.id": mapping(answer.row.get("message")).get("id")})


def _request(answer: _Answer) -> ForeignRequest:
    row = answer.row
    message = mapping(row.get("message"))
    model, raw = text(message.get("model")), {"usage": mapping(message.get("usage"))}
    for name in COUNTED:
        count(raw["usage"].get(name), name)
    folder, answer_id = text(row.get("cwd")), text(message.get("id")) or ""
    tags = {name: said for theirs, name in TAGS.items() if (said := text(row.get(theirs))) not in (None, "false")}
    return ForeignRequest(
        record=RequestRecord(
            timestamp_us=answer.first_us,
            request_id=answer_id,
            response_id=answer_id,
            provider=provider_name(None, model) or "anthropic",
            model=model,
            project=None if folder is None else PurePath(folder.replace("\\", "/")).name or None,
            operation="chat",
            stream=True,
            status="ok",
            tags={name: said for name, said in tags.items() if said is not None} or None,
        ),
        usage=usage_of(raw, "anthropic", "default") or UNKNOWN_USAGE,
        served=served_of(raw, STANDARD),
        cost_usd=amount(row.get("costUSD"), "costUSD"),
        price_source=SOURCE,
    )


def _moment(row: Mapping[str, object]) -> int:
    at_us = moment_us(row.get("timestamp"), "timestamp")
    if at_us is None:
        raise BadValueError("timestamp is missing")
    return at_us
