"""Record the calls of LangChain's models, by a callback handler; LangChain is imported when one is made."""

from __future__ import annotations

import logging
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from finops_router.attribution import Owner
from finops_router.calls import Served
from finops_router.ingest.foreign import ForeignRequest, foreign_record, usage_from
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import count, mapping, text
from finops_router.instruments.owned import owned
from finops_router.instruments.watched import error_type
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder, RequestRecord

MOST_OPEN = 10_000  # calls whose end LangChain has not told of yet; beyond, the oldest are taken for lost
LOCAL_IDS = ("lc_run-", "run-", "run--")  # of LangChain's own: no provider's
_log = logging.getLogger("finops_router.instruments")


def langchain_handler(
    telemetry: Recorder, *, team: str | None = None, project: str | None = None, prices: Prices | None = None
) -> Any:
    """Return a handler for `config={"callbacks": [handler]}` or a model's `callbacks`, which records each call.

    Raises ImportError if LangChain is not installed.
    """
    from langchain_core.callbacks import BaseCallbackHandler  # noqa: PLC0415 -- 0.5 s: only if asked for

    calls = LangChainCalls(telemetry, prices or Prices(), Owner(team, project), time.time, time.perf_counter)

    class FinopsHandler(BaseCallbackHandler):  # type: ignore[misc,unused-ignore] # LangChain has no part in our types
        """Hands what LangChain tells of each call to `calls`."""

        run_inline = True  # in the task that calls, where the blocks of `attribution` are

        def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: uuid.UUID, **told: Any) -> None:
            calls.begin(run_id, told)

        def on_llm_start(self, serialized: Any, prompts: Any, *, run_id: uuid.UUID, **told: Any) -> None:
            calls.begin(run_id, told)

        def on_llm_new_token(self, token: Any, *, run_id: uuid.UUID, **told: Any) -> None:
            calls.came(run_id)

        def on_llm_end(self, response: Any, *, run_id: uuid.UUID, **told: Any) -> None:
            calls.end(run_id, response)

        def on_llm_error(self, error: BaseException, *, run_id: uuid.UUID, **told: Any) -> None:
            calls.end(run_id, told.get("response"), error)

    return FinopsHandler()


class _Open(msgspec.Struct):
    began_us: int
    began_s: float
    provider: str | None
    model: str | None
    end_user: str | None
    first_s: float | None = None


class LangChainCalls:
    """Calls under way by LangChain's id of their run; `clock` gives seconds since 1970 UTC, `monotonic` measures."""

    def __init__(
        self,
        telemetry: Recorder,
        prices: Prices,
        default: Owner,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._telemetry, self._prices, self._default = telemetry, prices, default
        self._clock, self._monotonic = clock, monotonic
        self._open: OrderedDict[uuid.UUID, _Open] = OrderedDict()

    def begin(self, run_id: uuid.UUID, told: Mapping[str, Any]) -> None:
        """Note that a call begins; `told` is what LangChain says of it beside its messages."""
        metadata, asked = mapping(told.get("metadata")), mapping(told.get("invocation_params"))
        model = text(metadata.get("ls_model_name")) or text(asked.get("model") or asked.get("model_name"))
        provider = provider_name(text(metadata.get("ls_provider")), model)
        began_us, began_s = round(self._clock() * 1e6), self._monotonic()
        self._open[run_id] = _Open(began_us, began_s, provider, model, text(asked.get("user")))
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)

    def came(self, run_id: uuid.UUID) -> None:
        """Note that a piece of a streamed answer came."""
        call = self._open.get(run_id)
        if call is not None and call.first_s is None:
            call.first_s = self._monotonic()

    def end(self, run_id: uuid.UUID, response: Any, error: BaseException | None = None) -> None:
        """Record a call that ended with a response (an LLMResult) or an error; never raises."""
        call = self._open.pop(run_id, None)
        if call is None:
            return
        try:
            request = self._request(run_id, call, _message(response), error)
            self._telemetry.record(owned(foreign_record(request, self._prices), self._default))
        except Exception as trouble:
            _log.warning("a call of LangChain's was not recorded: %r", trouble)

    def _request(self, run_id: uuid.UUID, call: _Open, message: Any, error: BaseException | None) -> ForeignRequest:
        said = mapping(getattr(message, "response_metadata", None))
        used = mapping(getattr(message, "usage_metadata", None))
        within, without = mapping(used.get("input_token_details")), mapping(used.get("output_token_details"))
        answered = text(said.get("model_name")) or text(said.get("model")) or call.model
        failed = error_type(error)
        ended_s = self._monotonic()
        response_id = text(said.get("id")) or text(getattr(message, "id", None))
        record = RequestRecord(
            timestamp_us=call.began_us,
            request_id=run_id.hex,
            provider=call.provider,
            model=model_name(answered, call.provider),
            requested_model=call.model,
            operation="chat",
            latency_ms=round((ended_s - call.began_s) * 1000, 3),
            ttft_ms=None if call.first_s is None else round((call.first_s - call.began_s) * 1000, 3),
            stream=call.first_s is not None,
            end_user=call.end_user,
            response_id=None if response_id is None or response_id.startswith(LOCAL_IDS) else response_id,
            status="ok" if failed is None else "cancelled" if failed == "cancelled" else "error",
            error_type=failed,
        )
        hour, short = (count(within.get(f"ephemeral_{kind}_input_tokens"), kind) or 0 for kind in ("1h", "5m"))
        usage = usage_from(
            input_tokens=count(used.get("input_tokens"), "input_tokens"),
            output_tokens=count(used.get("output_tokens"), "output_tokens"),
            cache_read=count(within.get("cache_read"), "cache_read"),
            cache_write=count(within.get("cache_creation"), "cache_creation") or hour + short,
            cache_write_1h=hour,
            reasoning=count(without.get("reasoning"), "reasoning"),
        )
        return ForeignRequest(
            record=record, usage=usage, asked=call.model, served=Served(service_tier=text(said.get("service_tier")))
        )


def _message(response: Any) -> Any:
    """Return the first message of an LLMResult, None if it has none."""
    generations = getattr(response, "generations", None) or [[]]
    return getattr(generations[0][0], "message", None) if generations[0] else None
