"""Let a request in by its key, its limits and its budgets, and count it out again by the record of its call.

However a call ends, answered, failed or given up, its router writes one record; that settles what was set aside for it.
So budgets, metrics and reports have the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

import msgspec

from finops_router.calls import AnyRequest, Target
from finops_router.gateway.budgets import Attribution, Budget, Ledger, Reservation, key_budgets, most_usd
from finops_router.gateway.budgets.account import NOTHING
from finops_router.gateway.budgets.refusals import BudgetSpent
from finops_router.gateway.keys import Key, Keys
from finops_router.gateway.limits import Limits
from finops_router.gateway.limits.limits import Admission
from finops_router.gateway.own_names import OwnNames
from finops_router.gateway.problem import Problem, Refusal
from finops_router.gateway.state.contract import StateLostError
from finops_router.pricing.estimate import most_prompt_tokens
from finops_router.pricing.prices import Prices
from finops_router.records import AttemptRecord, GuardrailRecord, Recorder, RequestRecord

BEARER = "bearer "
KEY_HEADERS = (b"authorization", b"x-api-key", b"x-goog-api-key", b"api-key")  # OpenAI, Anthropic, Gemini, Azure


class Held(msgspec.Struct):
    """What is set aside for one call until its record comes; at first `attempt_usd`, the most one attempt may cost."""

    admission: Admission | None
    reservation: Reservation | None
    targets: tuple[Target, ...]
    attempt_usd: Decimal


class Entrance:
    """Lets requests in. `needs_key` is True where anybody could come; else only if there are any keys.

    Without a key `names` are those under which it may be asked.
    `clock` gives microseconds since 1970 UTC.
    """

    def __init__(
        self,
        keys: Keys,
        limits: Limits,
        ledger: Ledger,
        prices: Prices,
        clock: Callable[[], int],
        needs_key: bool,
        names: OwnNames,
    ) -> None:
        self._keys = keys
        self._limits = limits
        self._ledger = ledger
        self._clock = clock
        self._needs_key = needs_key
        self._names = names
        self._held: dict[str, Held] = {}
        self._prices = prices

    def take_anew(self, prices: Prices, budgets: tuple[Budget, ...]) -> None:
        """Go on with other prices and budgets from the next request on."""
        self._prices = prices
        self._ledger.replace_budgets(budgets)

    def key_of(self, headers: Iterable[tuple[bytes, bytes]]) -> Key | None:
        """Return the key that a request presents, None if none is needed; raises KeyRefused and UnknownHost."""
        if not self._needs_key and not self._keys.count():
            self._names.check(headers)
            return None
        found = next((value for name, value in headers if name in KEY_HEADERS), b"").decode("latin-1").strip()
        if found[: len(BEARER)].lower() == BEARER:
            found = found[len(BEARER) :].strip()
        return self._keys.find(found, self._clock())

    async def enter(
        self, request: AnyRequest, key: Key | None, targets: tuple[Target, ...], answers: int = 1
    ) -> tuple[AnyRequest, str]:
        """Return `request` as its key has it, and a warning if one of its budgets is nearly used.

        `targets` are those that may answer, with so many `answers` at once. Raises Refusal for a group that the key may
        not ask, LimitReached, BudgetSpent, PriceUnknown and StateLostError; then nothing is set aside.
        """
        if key is not None:
            request = _as_of(request, key)
        now_us = self._clock()
        admission = None if key is None else self._limits.admit(key, _tokens(request, targets, answers), now_us)
        reservation = None
        try:
            reservation = await self._reserve(request, key, targets, answers, now_us)
        finally:
            if admission is not None and reservation is None:
                self._limits.release(admission)
        self._held[request.request_id] = Held(admission, reservation, targets, reservation.expected_usd)
        return request, self._warning(reservation)

    async def _reserve(
        self, request: AnyRequest, key: Key | None, targets: tuple[Target, ...], answers: int, now_us: int
    ) -> Reservation:
        attribution = Attribution(
            team=request.team,
            project=request.project,
            environment=request.environment,
            end_user=request.end_user,
            tags=request.tags,
            targets=tuple([(target.provider, target.model) for target in targets]),
            own=() if key is None else key_budgets(key),
        )
        expected_usd = NOTHING
        if self._ledger.is_bound(attribution, now_us):
            expected_usd = answers * most_usd(
                targets, most_prompt_tokens(request), request.max_output_tokens, self._prices, now_us,
                request.service_tier,
            )  # fmt: skip
        return await self._ledger.reserve(attribution, expected_usd, now_us)

    async def cover(self, request_id: str, spent_usd: Decimal, attempts: int) -> bool:
        """Set aside what so many attempts of a call may cost beside what it spent; return False if a budget is spent.

        See `call.services.Funds`. It is False, too, if the state does not answer.
        """
        held = self._held.get(request_id)
        if held is None or held.reservation is None:
            return True
        try:
            await self._ledger.raise_to(held.reservation, spent_usd + attempts * held.attempt_usd)
        except (BudgetSpent, StateLostError):
            return False
        return True

    def _warning(self, reservation: Reservation) -> str:
        """Return which budgets have passed one of their thresholds, and how far; '' if none has."""
        passed = [use for use in self._ledger.uses(reservation) if use.threshold is not None]
        return ", ".join(f"{use.budget} {use.used_share:.0%}" for use in passed)

    def left(self, request_id: str) -> None:
        """Set free what is still held for a request that never became a call."""
        held = self._held.pop(request_id, None)
        if held is not None:
            self._count_out(held, None)
            if held.reservation is not None:
                self._ledger.release(held.reservation)

    def settle(self, record: RequestRecord) -> None:
        """Book what the call of `record` cost, and count it out."""
        held = self._held.pop(record.request_id, None)
        if held is None:
            return
        self._count_out(held, record)
        if held.reservation is None:
            return
        if record.usage_source is None:
            self._ledger.release(held.reservation)  # no attempt used anything
            return
        cost_usd = None if record.cost_estimated is None else Decimal(repr(record.cost_estimated))
        self._ledger.settle(held.reservation, cost_usd, record.provider, _names(record, held.targets))

    def _count_out(self, held: Held, record: RequestRecord | None) -> None:
        if held.admission is None:
            return
        tokens = None if record is None or record.input_tokens is None else record.input_tokens
        self._limits.release(held.admission, None if record is None or tokens is None else _used(record, tokens))


class Settling:
    """A recorder that hands each record on to `recorder`, and lets `entrance` settle the call it is of."""

    def __init__(self, recorder: Recorder, entrance: Entrance) -> None:
        self._recorder, self._entrance = recorder, entrance

    def record(self, record: RequestRecord) -> None:
        """Hand on and settle."""
        self._recorder.record(record)
        self._entrance.settle(record)

    def record_attempt(self, record: AttemptRecord) -> None:
        """Hand on."""
        self._recorder.record_attempt(record)

    def record_guardrail(self, record: GuardrailRecord) -> None:
        """Hand on."""
        self._recorder.record_guardrail(record)


def _as_of(request: AnyRequest, key: Key) -> AnyRequest:
    """Return `request` booked on what its key says; raises Refusal for a group that the key may not ask."""
    if not key.may_ask(request.group):
        message = f"This key may not ask for {request.group}"
        raise Refusal(Problem(status=403, kind="permission", message=message, code="group_not_allowed"))
    return replace(
        request,
        team=key.team or request.team,
        project=key.project or request.project,
        environment=key.environment or request.environment,
    )


def _tokens(request: AnyRequest, targets: tuple[Target, ...], answers: int) -> int:
    """Return about how many tokens the call will use, in and out."""
    usual = max((target.expected_output_tokens for target in targets), default=0)
    return request.estimated_input_tokens + answers * (request.max_output_tokens or usual)


def _used(record: RequestRecord, input_tokens: int) -> int:
    return input_tokens + (record.output_tokens or 0)


def _names(record: RequestRecord, targets: tuple[Target, ...]) -> tuple[str, ...]:
    """Return the names of the model that answered, and that it was asked under: 'gpt-5-2026-08-07' and 'gpt-5'."""
    answered = record.model or ""
    asked = [one.model for one in targets if one.provider == record.provider and answered.startswith(one.model)]
    return (answered, *asked)
