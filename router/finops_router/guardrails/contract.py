"""What a guardrail is: plain functions over frozen values, and what is to happen if one of them finds something.

None of them is asynchronous, and none changes what it is handed: the guard of a call does that, in one way for all.
They run in the event loop, so they must be quick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from finops_router.calls import Target

Action = Literal["block", "flag", "redact"]
NO_TAGS: Mapping[str, str] = {}
RUN = re.compile(r"[!-~]*\Z")  # printable ASCII without a space: what most that is looked for is made of
MOST_HELD = 256  # characters of a streamed answer that are held back at most


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a guardrail sees of a request, by whatever wire it came.

    `texts` are all of its texts in their order: messages, arguments of tool calls, inputs to embed. `tools` are the
    names of the tools the model may call. `model` is what the caller asked for: a group, or a model.
    `input_tokens` are expected, `max_output_tokens` is what the caller allows, None for no bound.
    """

    request_id: str
    epoch_us: int
    model: str
    texts: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    team: str | None = None
    project: str | None = None
    environment: str | None = None
    end_user: str | None = None
    tags: Mapping[str, str] = NO_TAGS
    region: str | None = None
    input_tokens: int = 0
    max_output_tokens: int | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a guardrail sees of an answer: `texts` are its text, then the arguments of the tools it calls (`tools`).

    `target` gave it; None if that is not known.
    """

    texts: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    target: Target | None = None
    output_tokens: int = 0


class Finding(msgspec.Struct, frozen=True, order=True):
    """A part of a text, and what kind of thing it is ('e-mail address'); the kind is recorded, the part never.

    `closes` matches what ends one that is too long to be held back; None: the first character of no such run.
    """

    start: int
    end: int
    kind: str
    closes: re.Pattern[str] | None = None


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """A team that a guardrail lets through until the end of a day (UTC), and why."""

    team: str
    until: date
    reason: str


def unfinished_run(text: str) -> int:
    """Return where the last run of printable characters without a space begins."""
    found = RUN.search(text, max(0, len(text) - MOST_HELD))
    return found.start() if found else len(text)


class Guardrail(msgspec.Struct, frozen=True, kw_only=True):
    """One guardrail: any of the functions below, what is done if one of them objects, and to whom it applies.

    `before` and `after` return what is wrong, in words without any of the texts, or '' if nothing is. `forbids` says
    why a target may not be asked: others are, and only if none is left the call ends. `find` returns the parts of a
    text that must not be there; `unfinished` where the end of a text begins that may become part of one, for streams.
    `where` says in what `find` looks: 'request', 'answer'. `is_open_on_failure`: a call goes on if a function raises.
    """

    name: str
    action: Action = "block"
    severity: str = "medium"
    teams: frozenset[str] | None = None
    is_open_on_failure: bool = False
    exemptions: tuple[Exemption, ...] = ()
    before: Callable[[Asked], str] | None = None
    forbids: Callable[[Asked, Target], str] | None = None
    after: Callable[[Asked, Answered], str] | None = None
    find: Callable[[str], Sequence[Finding]] | None = None
    unfinished: Callable[[str], int] = unfinished_run
    where: frozenset[str] = frozenset({"request", "answer"})
