"""Guard a streamed text on its pieces: what may yet become a finding is held back, at most `MOST_HELD` characters.

Nothing else waits: ordinary prose is a word behind. A finding that is longer than what may be held is masked as soon
as it is known, and the rest of it is passed over as it comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from finops_router.guardrails.contract import MOST_HELD, Finding
from finops_router.guardrails.masks import apart, mask

CONTEXT = 64  # characters that were sent already, and still say whether a word begins
CLOSING = 96  # the longest that says where a long finding ends
RUN_ENDS = re.compile(r"(?=[^\w+/=.~-])", re.ASCII)


class HeldText:
    """The end of a streamed text; `found` has the kinds of what was found in it so far.

    `find` and `unfinished` are those of a guardrail (guardrails/contract.py).
    """

    def __init__(self, find: Callable[[str], Sequence[Finding]], unfinished: Callable[[str], int]) -> None:
        self.found: list[str] = []
        self._find = find
        self._unfinished = unfinished
        self._text = ""  # what is held, after some of what was sent
        self._sent = 0
        self._within: re.Pattern[str] | None = None  # what ends the finding that the text is within

    def push(self, piece: str) -> str:
        """Take in the next piece and return what may be sent on."""
        self._text += piece
        if self._within is not None and not self._is_left(self._within):
            return ""
        return self._released(self._cut())

    def end(self) -> str:
        """Return the rest, once the text is whole."""
        return "" if self._within is not None else self._released(len(self._text), is_whole=True)

    def rest(self) -> str:
        """Return what is held as it came, for a guard that failed and lets everything through."""
        return "" if self._within is not None else self._text[self._sent :]

    def _after_long(self, closes: re.Pattern[str], rest: str) -> str:
        """Pass over the rest of a finding that is too long to be held, and return what may be sent after it."""
        self._within, self._text, self._sent = closes, "", 0
        return self.push(rest)

    def _is_left(self, closes: re.Pattern[str]) -> bool:
        """Pass over the rest of a long finding; return whether its end has come."""
        end = closes.search(self._text)
        if end is None:
            self._text = self._text[-CLOSING:]
            return False
        self._text, self._sent, self._within = self._text[end.end() :], 0, None
        return True

    def _cut(self) -> int:
        """Return up to where nothing can become part of a finding any more, unless it is one already."""
        least = len(self._text) - MOST_HELD
        return max(self._unfinished(self._text), least, self._sent)

    def _released(self, cut: int, is_whole: bool = False) -> str:
        if cut == self._sent and not is_whole:
            return ""
        text, parts, at = self._text, list[str](), self._sent
        for one in apart(self._find(text)):
            if one.end <= at:
                continue
            if one.start >= cut:
                break
            is_open = one.end > cut or (one.end == len(text) and not is_whole)
            if is_open and len(text) - one.start <= MOST_HELD:
                cut = max(one.start, at)
                break
            self.found.append(one.kind)
            parts += [text[at : one.start], mask(one.kind)]
            at = one.end
            if is_open:
                return "".join(parts) + self._after_long(one.closes or RUN_ENDS, text[one.end :])
        parts.append(text[at:cut])
        at = max(at, cut)
        kept = max(0, at - CONTEXT)
        self._text, self._sent = text[kept:], at - kept
        return "".join(parts)
