"""Read what Codex keeps of its sessions: ~/.codex/sessions, a file a session.

Its lines say after each request what it used, counted as OpenAI counts: input with what was read from and written to a
cache, output with reasoning. The same count is written again whenever limits are; a session that goes on from another
one begins with the lines of that. There are no costs in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.provider_names import provider_name
from finops_router.ingest.values import BadValueError, count, mapping, moment_us, text
from finops_router.records import RequestRecord

from finops_report.ingest.outcomes import Aside, Found, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow

COLUMNS = {  # theirs -> ours
    "timestamp": "timestamp",
    "session_meta: id, cwd, git.branch": "request_id, project, tags",
    "turn_context: model": "model",
    "token_count: input_tokens": "input_tokens",
    "token_count: cached_input_tokens": "cache_read_input_tokens",
    "token_count: cache_write_input_tokens": "cache_write_input_tokens",
    "token_count: output_tokens": "output_tokens",
    "token_count: reasoning_output_tokens": "reasoning_output_tokens",
}
TELLING = (frozenset({"timestamp", "type", "payload"}),)
COUNTS = ("input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "reasoning_output_tokens")
NOTHING: Mapping[str, object] = {}


class _Session:
    """What is known of a session so far."""

    def __init__(self) -> None:
        self.meta = NOTHING
        self.model: str | None = None
        self.total = NOTHING
        self.requests = 0

    @property
    def began_us(self) -> int:
        """When it began, 0 if that is not known."""
        return moment_us(self.meta.get("timestamp"), "session_meta.timestamp") or 0

    def used(self, info: Mapping[str, object]) -> Mapping[str, object]:
        """Return what the request used that `info` comes after, empty if nothing was since the last time."""
        last, total = mapping(info.get("last_token_usage")), mapping(info.get("total_token_usage"))
        before, self.total = self.total, total or self.total
        if total and total == before:
            return NOTHING
        return last or {name: (count(total.get(name), name) or 0) - _before(before, name) for name in COUNTS if total}


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield what becomes of each line; those that count no request are passed over."""
    session = _Session()
    for row in rows:
        if isinstance(row, TornRow):
            yield Aside(row.line, row.reason, {})
            continue
        try:
            request = _request(session, row.values)
        except BadValueError as error:
            yield Aside(row.line, str(error), {"timestamp": row.values.get("timestamp")})
            continue
        yield Passed(row.line) if request is None else Found(row.line, request)


def _request(session: _Session, row: Mapping[str, object]) -> ForeignRequest | None:
    kind, payload = text(row.get("type")), mapping(row.get("payload"))
    if kind == "session_meta" and not session.meta:
        session.meta = payload
    elif kind == "turn_context":
        session.model = text(payload.get("model")) or session.model
    if kind != "event_msg" or payload.get("type") != "token_count":
        return None
    used, at_us = session.used(mapping(payload.get("info"))), moment_us(row.get("timestamp"), "timestamp")
    if not used:
        return None
    if at_us is None:
        raise BadValueError("timestamp is missing")
    session.requests += 1
    if at_us < session.began_us:  # of the session that this one goes on from, which has a file of its own
        return None
    return ForeignRequest(
        record=_record(session, at_us),
        usage=usage_from(
            input_tokens=count(used.get("input_tokens"), "input_tokens"),
            output_tokens=count(used.get("output_tokens"), "output_tokens"),
            cache_read=count(used.get("cached_input_tokens"), "cached_input_tokens"),
            cache_write=count(used.get("cache_write_input_tokens"), "cache_write_input_tokens"),
            reasoning=count(used.get("reasoning_output_tokens"), "reasoning_output_tokens"),
        ),
    )


def _record(session: _Session, at_us: int) -> RequestRecord:
    session_id, folder = text(session.meta.get("id")), text(session.meta.get("cwd"))
    if session_id is None:
        raise BadValueError("session_meta is missing, or has no id")
    branch = text(mapping(session.meta.get("git")).get("branch"))
    tags = {"session": session_id, "branch": branch}
    return RequestRecord(
        timestamp_us=at_us,
        request_id=f"{session_id}-{session.requests}",
        provider=provider_name(text(session.meta.get("model_provider")), session.model) or "openai",
        model=session.model,
        project=None if folder is None else PurePath(folder.replace("\\", "/")).name or None,
        operation="chat",
        stream=True,
        status="ok",
        tags={name: value for name, value in tags.items() if value is not None},
    )


def _before(total: Mapping[str, object], name: str) -> int:
    return count(total.get(name), name) or 0
