"""Guard a call of the router: its request, its targets, its answer whole or in pieces; record what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from types import TracebackType

from msgspec import structs

from finops_router.call.call import Call
from finops_router.calls import Attempt, Delta, Reply, Restart, RoutedReply, Target
from finops_router.choice.expectations import Outlook
from finops_router.errors import GuardrailBlocked
from finops_router.guardrails.contract import Guardrail
from finops_router.guardrails.events import Spend, events
from finops_router.guardrails.guarded import GuardedCall
from finops_router.guardrails.of_requests import Answer, answered_by, asked_of, with_answer, with_texts
from finops_router.pricing.estimate import prompt_tokens
from finops_router.records import Recorder

Piece = Delta | Restart | RoutedReply


class CallGuard:
    """The guardrails over one call. As a context manager it records their decisions at its end, however that is.

    Texts go through `request`, then `pieces` if the answer is streamed, else `answer`; targets through `allowed`.
    """

    def __init__(self, call: Call, rules: Sequence[Guardrail], recorder: Recorder) -> None:
        self._call = call
        self._recorder = recorder
        self._guarded = GuardedCall(rules, asked_of(call.request, call.epoch_us))
        self._expected: tuple[Target, Outlook] | None = None
        self._came: list[str] = []
        self._sent: list[str] = []
        call.guardrails = self._guarded.guardrails

    def __enter__(self) -> CallGuard:
        self._guarded.stream()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, GuardrailBlocked):
            error.attempts = tuple(_without_text(attempt) for attempt in self._call.attempts)
        if self._guarded.decisions:
            for event in events(self._guarded, self._spend()):
                self._recorder.record_guardrail(event)

    def request(self) -> None:
        """Judge the request, and mask its texts before they are sent; raises GuardrailBlocked."""
        texts = self._guarded.asked.texts
        masked = self._guarded.request().texts
        if masked != texts:
            self._call.request = with_texts(self._call.request, masked)

    def expects(self, target: Target, outlook: Outlook) -> None:
        """Note whom the call would have asked, had it not been blocked."""
        self._expected = (target, outlook)

    def allowed(self, targets: Sequence[Target], outlook: Outlook) -> tuple[Target, ...]:
        """Return which of `targets`, in their order, may be asked; raises GuardrailBlocked if none may be."""
        self._expected = (targets[0], outlook)
        kept = self._guarded.allowed(targets)
        if self._guarded.left_out:
            self._call.left_out = {**self._call.left_out, **self._guarded.left_out}
        return kept

    def pieces(self, piece: Piece) -> Iterator[Piece]:
        """Yield what may be sent on once `piece` of a streamed answer has come; raises GuardrailBlocked."""
        if isinstance(piece, Delta) and piece.raw and not piece.text:
            yield piece  # of a native stream, which nobody has who guards its content
        elif isinstance(piece, Delta):
            self._came.append(piece.text)
            if text := self._guarded.push(piece.text):
                self._sent.append(text)
                yield piece if text == piece.text else Delta(text=text)
        elif isinstance(piece, Restart):
            self._guarded.stream()
            self._came, self._sent = [], []
            yield piece
        else:
            if rest := self._guarded.end():
                self._sent.append(rest)
                yield Delta(text=rest)
            yield self.answer(piece)

    def answer(self, reply: Answer) -> Answer:
        """Return `reply` with masks in its texts; raises GuardrailBlocked."""
        answered = answered_by(reply, None if self._call.answered is None else self._call.answered.attempt.target)
        came, texts = "".join(self._came), answered.texts
        is_streamed = bool(texts) and bool(came) and came == texts[0]
        if is_streamed:
            answered = structs.replace(answered, texts=("".join(self._sent), *texts[1:]))
        answered = self._guarded.answer(answered, is_streamed=is_streamed)
        if answered.texts == texts:
            return reply
        attempts = tuple(_without_text(attempt) for attempt in reply.attempts)
        return structs.replace(with_answer(reply, answered.texts), attempts=attempts)

    def _spend(self) -> Spend:
        last = self._call.last
        target = last.attempt.target if last is not None else self._expected[0] if self._expected else None
        return Spend(
            cost_usd=self._call.bill.cost_usd,
            expected_usd=self._expected_usd(),
            provider=None if target is None else target.provider,
            model=None if target is None else target.model,
        )

    def _expected_usd(self) -> Decimal | None:
        if self._expected is None:
            return None
        (target, outlook), request = self._expected, self._call.request
        return outlook.cost_usd(replace(request, estimated_input_tokens=prompt_tokens(request)), target)


class _Unguarded(CallGuard):
    """The guard of a router without guardrails: it lets everything pass, and takes no time."""

    def __init__(self) -> None:
        """Know no call."""

    def __enter__(self) -> CallGuard:
        return self

    def __exit__(self, *ending: object) -> None:
        """Record nothing."""

    def request(self) -> None:
        """Let it pass."""

    def expects(self, target: Target, outlook: Outlook) -> None:
        """Note nothing."""

    def allowed(self, targets: Sequence[Target], outlook: Outlook) -> tuple[Target, ...]:
        return tuple(targets)

    def pieces(self, piece: Piece) -> Iterator[Piece]:
        yield piece

    def answer(self, reply: Answer) -> Answer:
        return reply


UNGUARDED = _Unguarded()


def _without_text(attempt: Attempt) -> Attempt:
    """Return `attempt` with what its answer used, and without its texts."""
    reply = attempt.reply
    if not isinstance(reply, Reply):
        return attempt
    return structs.replace(attempt, reply=structs.replace(reply, text="", tool_calls=()))
