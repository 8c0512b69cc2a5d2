"""Record what LiteLLM calls, by a callback of its own (`litellm.callbacks`); LiteLLM is imported when one is made."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from finops_router.attribution import Owner
from finops_router.ingest.foreign import foreign_record
from finops_router.ingest.litellm_rows import request_of
from finops_router.ingest.values import mapping
from finops_router.instruments.owned import owned
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder

MOST_SEEN = 10_000  # calls that are remembered, so that none is recorded twice: LiteLLM tells of some twice
_log = logging.getLogger("finops_router.instruments")


def litellm_callback(
    telemetry: Recorder, *, team: str | None = None, project: str | None = None, prices: Prices | None = None
) -> Any:
    """Return a callback for `litellm.callbacks.append`, which records each call once.

    What LiteLLM knows of a team and a project goes before those given here. Raises ImportError without LiteLLM.
    """
    from litellm.integrations.custom_logger import CustomLogger  # noqa: PLC0415 -- 2 s and 160 MB: only if asked for

    told = LiteLLMCalls(telemetry, prices or Prices(), Owner(team, project))

    class FinopsLogger(CustomLogger):  # type: ignore[misc,unused-ignore] # LiteLLM has no part in our types
        """Hands what LiteLLM tells of each call to `told`."""

        def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
            told.take(kwargs)

        async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
            told.take(kwargs)

        log_failure_event = log_success_event
        async_log_failure_event = async_log_success_event

    return FinopsLogger()


class LiteLLMCalls:
    """Records calls of which LiteLLM tells, each once, whichever of its threads tells."""

    def __init__(self, telemetry: Recorder, prices: Prices, default: Owner) -> None:
        self._telemetry, self._prices, self._default = telemetry, prices, default
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._seeing = threading.Lock()

    def take(self, told: Mapping[str, Any]) -> None:
        """Record the call that LiteLLM tells of (its `standard_logging_object`); never raises."""
        payload = told.get("standard_logging_object")
        call_id = str(told.get("litellm_call_id") or "")
        if not isinstance(payload, Mapping) or self._is_known(call_id):
            return
        try:
            record = foreign_record(request_of(row_of(told, payload)), self._prices)
            self._telemetry.record(owned(record, self._default))
        except Exception as trouble:
            _log.warning("a call of LiteLLM's was not recorded: %r", trouble)

    def _is_known(self, call_id: str) -> bool:
        with self._seeing:
            if call_id in self._seen:
                return True
            if call_id:
                self._seen[call_id] = None
            if len(self._seen) > MOST_SEEN:
                self._seen.popitem(last=False)
        return False


def row_of(told: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, object]:
    """Return a StandardLoggingPayload as the row of LiteLLM_SpendLogs that LiteLLM's proxy would write of it.

    Without a proxy, team and project are those of the call's own `metadata`.
    """
    metadata = mapping(payload.get("metadata"))
    own = mapping(mapping(told.get("litellm_params")).get("metadata"))
    information = payload.get("model_map_information")
    return {
        **{name: payload.get(name) for name in SAME},
        "request_id": payload.get("id") or told.get("litellm_call_id"),
        "spend": payload.get("response_cost"),
        "metadata": {
            **metadata,
            "error_information": payload.get("error_information"),
            "model_map_information": information,
            "user_api_key_team_alias": metadata.get("user_api_key_team_alias") or own.get("team"),
            "user_api_key_project_alias": metadata.get("user_api_key_project_alias") or own.get("project"),
        },
    }


SAME = (  # names that both have
    *("startTime", "endTime", "completionStartTime", "custom_llm_provider", "model", "model_group", "prompt_tokens"),
    *("completion_tokens", "call_type", "cache_hit", "status", "end_user", "request_tags"),
)
