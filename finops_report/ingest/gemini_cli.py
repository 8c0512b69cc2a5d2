"""Read what Gemini CLI keeps of its sessions: ~/.gemini/tmp/*/chats, a file a session, a document or a line a message.

It counts as Gemini does: `input` with what was read from a cache, `output` without thoughts; `tool` is what tools put
into the prompt, beside the input. A message is written again when more of it is known. There are no costs in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.provider_names import model_name
from finops_router.ingest.values import BadValueError, count, items, mapping, moment_us, text
from finops_router.records import RequestRecord

from finops_report.ingest.outcomes import Aside, Found, Outcome, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow

COLUMNS = {  # theirs -> ours
    "sessionId, id": "request_id",
    "timestamp": "timestamp",
    "model": "model",
    "tokens.input, tokens.tool": "input_tokens",
    "tokens.cached": "cache_read_input_tokens",
    "tokens.output, tokens.thoughts": "output_tokens",
    "tokens.thoughts": "reasoning_output_tokens",
}
TELLING = (frozenset({"sessionId", "projectHash"}),)
PROVIDER = "gcp.gemini"


class _Message(NamedTuple):
    """A message and the line it stands in."""

    line: int
    said: Mapping[str, object]


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield what becomes of each message; those that used no model are passed over."""
    session, answers = "", dict[str, _Message]()
    for row in rows:
        if isinstance(row, TornRow):
            yield Aside(row.line, row.reason, {})
            continue
        session = text(row.values.get("sessionId")) or session
        for message in _messages(row):
            answer_id = text(message.said.get("id"))
            if answer_id is None or not mapping(message.said.get("tokens")):
                yield Passed(message.line)
            else:
                if answer_id in answers:
                    yield Passed(answers[answer_id].line)
                answers[answer_id] = message
    for message in answers.values():
        yield _read(session, message)


def _messages(row: Row) -> Iterator[_Message]:
    if "messages" in row.values:
        yield from (_Message(row.line, mapping(one)) for one in items(row.values["messages"]))
    else:
        yield _Message(row.line, row.values)


def _read(session: str, message: _Message) -> Outcome:
    try:
        return Found(message.line, _request(session, message.said))
    except BadValueError as error:
        return Aside(message.line, str(error), {"id": message.said.get("id")})


def _request(session: str, message: Mapping[str, object]) -> ForeignRequest:
    tokens, at_us = mapping(message.get("tokens")), moment_us(message.get("timestamp"), "timestamp")
    if at_us is None:
        raise BadValueError("timestamp is missing")
    tools = count(tokens.get("tool"), "tokens.tool") or 0
    return ForeignRequest(
        record=RequestRecord(
            timestamp_us=at_us,
            request_id=f"{session}-{text(message.get('id'))}",
            provider=PROVIDER,
            model=model_name(text(message.get("model")), PROVIDER),
            operation="chat",
            stream=True,
            status="ok",
            tags={"session": session},
        ),
        usage=usage_from(
            input_tokens=(count(tokens.get("input"), "tokens.input") or 0) + tools,
            output_tokens=count(tokens.get("output"), "tokens.output"),
            cache_read=count(tokens.get("cached"), "tokens.cached"),
            reasoning=count(tokens.get("thoughts"), "tokens.thoughts"),
            reasoning_within_output=False,
        ),
    )
