"""Guard one call: hand its texts and its targets to the guardrails, do what they decide, and note each decision.

It knows neither the router nor any wire: whoever carries a call makes an `Asked` of it, puts the texts it gets back in
their places, and records the decisions once it knows what the call cost (guardrails/events.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn, TypeVar

import msgspec
from msgspec.structs import replace

from finops_router.calls import Target
from finops_router.errors import GuardrailBlocked
from finops_router.guardrails.contract import Answered, Asked, Exemption, Guardrail
from finops_router.guardrails.held_text import HeldText
from finops_router.guardrails.masks import apart, masked, masked_arguments

MOST_CHARACTERS = 200  # of what a guardrail says is wrong
PAST = {"block": "blocked", "flag": "flagged", "redact": "redacted"}
Judged = TypeVar("Judged")
Verdict = TypeVar("Verdict")


class Decision(msgspec.Struct, kw_only=True):
    """What one guardrail decided about one call at one `stage` ('request', 'target' or 'answer').

    `action` is 'blocked', 'flagged', 'redacted', 'exempted' (it would have acted, but the team is exempt) or 'failed'
    (the guardrail raised an error). `detail` says what of, never with any text; `findings` counts it. `is_end`: it
    ended the call.
    """

    guardrail: Guardrail
    stage: str
    action: str
    detail: str
    findings: int = 1
    is_end: bool = False


class GuardedCall:
    """The guardrails of one call; `decisions` are those made so far, each kind once.

    `guardrails` is how many of them hold for the call: 0 means that nothing looks at it.
    """

    def __init__(self, rules: Sequence[Guardrail], asked: Asked) -> None:
        self.asked = asked
        self.decisions: list[Decision] = []
        self.left_out: dict[str, str] = {}
        self._rules = [rule for rule in rules if rule.teams is None or asked.team in rule.teams]
        self._exempt = {id(rule): exemption for rule in self._rules if (exemption := _exemption(rule, asked))}
        self._forbidding: dict[str, tuple[Guardrail, str]] = {}
        self._streams: list[tuple[Guardrail, HeldText]] = []

    @property
    def guardrails(self) -> int:
        return len({rule.name for rule in self._rules})

    def request(self) -> Asked:
        """Judge the request, and return it with masks in its texts; raises GuardrailBlocked before it is sent."""
        for rule in self._rules:
            if rule.before is not None and (wrong := self._try(rule, "request", rule.before, self.asked, "")):
                self._act(rule, "request", wrong)
            if rule.find is not None and "request" in rule.where:
                texts = self._looked_through(rule, "request", self.asked.texts, range(len(self.asked.texts)))
                self.asked = replace(self.asked, texts=texts) if texts != self.asked.texts else self.asked
        return self.asked

    def allowed(self, targets: Sequence[Target]) -> tuple[Target, ...]:
        """Return which of `targets` may be asked, in their order; `left_out` gets the reason for the others.

        Raises GuardrailBlocked if there were some and none may be.
        """
        kept = tuple(target for target in targets if not self._forbidden(target))
        if targets and not kept:
            rule, wrong = self._forbidding[targets[0].name]
            self._block(rule, "target", wrong)
        return kept

    def stream(self) -> GuardedCall:
        """Begin a streamed answer, or begin it anew: what was held of one that broke off is dropped."""
        self._streams = [
            (rule, HeldText(rule.find, rule.unfinished))
            for rule in self._rules
            if rule.find is not None
            and "answer" in rule.where
            and rule.action != "flag"
            and id(rule) not in self._exempt
        ]
        return self

    def push(self, piece: str) -> str:
        """Return what may be sent on once `piece` of the answer has come; raises GuardrailBlocked."""
        for rule, held in self._streams:
            if not piece:
                break
            piece = self._pushed(rule, held, piece)
        return piece

    def end(self) -> str:
        """Return the rest of a streamed answer, which is whole; raises GuardrailBlocked."""
        rest = ""
        for rule, held in self._streams:
            rest = self._pushed(rule, held, rest, is_whole=True)
        return rest

    def answer(self, answered: Answered, *, is_streamed: bool = False) -> Answered:
        """Judge the answer, and return it with masks in its texts; raises GuardrailBlocked: it is paid, but not given.

        `is_streamed`: the first of its texts went through `push` already, as it came.
        """
        for rule in self._rules:
            if rule.after is not None and (
                wrong := self._try(rule, "answer", partial(rule.after, self.asked), answered, "")
            ):
                self._act(rule, "answer", wrong)
            if rule.find is not None and "answer" in rule.where:
                is_done = is_streamed and any(streamed is rule for streamed, _ in self._streams)
                texts = self._looked_through(rule, "answer", answered.texts, range(is_done, len(answered.texts)), 1)
                answered = replace(answered, texts=texts) if texts != answered.texts else answered
        return answered

    def _acts_on_texts(self, rule: Guardrail) -> bool:
        return rule.action != "flag" and id(rule) not in self._exempt

    def _forbidden(self, target: Target) -> str:
        for rule in self._rules:
            if rule.forbids is None:
                continue
            wrong = self._try(rule, "target", partial(rule.forbids, self.asked), target, "")
            if wrong and self._exempted(rule, "target", wrong) is None:
                self.left_out[target.name] = f"not allowed by {rule.name}: {wrong}"
                self._forbidding[target.name] = rule, wrong
                return wrong
        return ""

    def _looked_through(
        self, rule: Guardrail, stage: str, texts: tuple[str, ...], places: range, json_from: int | None = None
    ) -> tuple[str, ...]:
        """Return `texts` with masks in those at `places`; from `json_from` on they are arguments of tools."""
        assert rule.find is not None  # noqa: S101 -- for the type checker: its callers have looked
        kept, kinds = list(texts), list[str]()
        for place in places:
            found = apart(self._try(rule, stage, rule.find, kept[place], ()))
            kinds += [one.kind for one in found]
            if found and rule.action == "redact" and self._acts_on_texts(rule):
                is_json = kept[place][:1] in "{[" if json_from is None else place >= json_from
                kept[place] = masked_arguments(kept[place], rule.find) if is_json else masked(kept[place], found)
        if kinds:
            self._act(rule, stage, _named(kinds), len(kinds))
        return tuple(kept)

    def _pushed(self, rule: Guardrail, held: HeldText, piece: str, is_whole: bool = False) -> str:
        """Return what `held` lets go once `piece` has come, and act on what it has found."""
        try:
            text = held.push(piece) + (held.end() if is_whole else "")
        except Exception as err:  # whatever it raises is its failure, and never the caller's
            self._failed(rule, "answer", err)
            self._streams = [(one, other) for one, other in self._streams if other is not held]
            return held.rest()
        if held.found:
            kinds, held.found = held.found, []
            self._act(rule, "answer", _named(kinds), len(kinds))
        return text

    def _try(
        self, rule: Guardrail, stage: str, judge: Callable[[Judged], Verdict], value: Judged, fine: Verdict
    ) -> Verdict:
        """Return what `judge` says of `value`; if it fails, `fine` or GuardrailBlocked, as the guardrail is set."""
        try:
            return judge(value)
        except Exception as err:  # whatever it raises is its failure, and never the caller's
            self._failed(rule, stage, err)
        return fine

    def _failed(self, rule: Guardrail, stage: str, error: Exception) -> None:
        """Note that the guardrail raised an error, by the name of its class alone: its words may have the text."""
        detail = type(error).__name__
        is_end = not rule.is_open_on_failure and id(rule) not in self._exempt
        self._note(rule, stage, "failed", detail).is_end = is_end
        if is_end:
            raise GuardrailBlocked(rule.name, stage, f"the guardrail failed ({detail})") from None

    def _act(self, rule: Guardrail, stage: str, wrong: str, findings: int = 1) -> None:
        """Note what is wrong and what is done about it; raises GuardrailBlocked if that is to block."""
        if self._exempted(rule, stage, wrong) is not None:
            return
        if rule.action == "block":
            self._block(rule, stage, wrong, findings)
        self._note(rule, stage, PAST[rule.action], wrong, findings)

    def _exempted(self, rule: Guardrail, stage: str, wrong: str) -> Exemption | None:
        exemption = self._exempt.get(id(rule))
        if exemption is not None:
            self._note(rule, stage, "exempted", f"{exemption.reason} (until {exemption.until.isoformat()}): {wrong}")
        return exemption

    def _block(self, rule: Guardrail, stage: str, wrong: str, findings: int = 1) -> NoReturn:
        self._note(rule, stage, "blocked", wrong, findings).is_end = True
        raise GuardrailBlocked(rule.name, stage, wrong[:MOST_CHARACTERS])

    def _note(self, rule: Guardrail, stage: str, action: str, detail: str, findings: int = 1) -> Decision:
        for one in self.decisions:
            if (one.guardrail.name, one.stage, one.action) == (rule.name, stage, action):
                one.findings += findings
                return one
        decision = Decision(
            guardrail=rule, stage=stage, action=action, detail=detail[:MOST_CHARACTERS], findings=findings
        )
        self.decisions.append(decision)
        return decision


def _exemption(rule: Guardrail, asked: Asked) -> Exemption | None:
    """Return the exemption from `rule` that the call's team has on its day."""
    if not rule.exemptions:
        return None
    day = datetime.fromtimestamp(asked.epoch_us / 1e6, UTC).date()
    return next((one for one in rule.exemptions if one.team == asked.team and day <= one.until), None)


def _named(kinds: Iterable[str]) -> str:
    return ", ".join(sorted(set(kinds)))
