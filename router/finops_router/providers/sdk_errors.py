"""Turn what a provider's library raises into leaves of ProviderError: Bedrock's, and whatever breaks a stream."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from finops_router.errors import NoAnswer, ProviderError, StreamCut, Unavailable
from finops_router.providers.causes import Cause, failure
from finops_router.providers.error_words import STATUS_OF_CODE, ErrorWords
from finops_router.providers.http_client import USED_UNKNOWN
from finops_router.providers.redaction import without_secrets

LOST = frozenset(  # by the HTTP libraries below: aiohttp, botocore
    {"ReadError", "ReadTimeout", "RemoteProtocolError", "ConnectionClosedError", "ServerDisconnectedError"}
)


def provider_error(error: Exception, causes: tuple[Cause, ...] = (), *, has_started: bool = False) -> ProviderError:
    """Return the ProviderError that `error` stands for; `has_started`: part of the answer had come."""
    if isinstance(error, ProviderError):
        return error
    found = _by_answer(error, causes) or _without_answer(error, has_started)
    found.__cause__ = ConnectionError(without_secrets(f"{type(error).__name__}: {error}"))  # itself, it may hold a key
    return found


def _by_answer(error: Any, causes: tuple[Cause, ...]) -> ProviderError | None:
    """Return the failure that botocore's answer stands for; None if there was no answer."""
    answer = getattr(error, "response", None)
    if not isinstance(answer, Mapping):
        return None
    metadata, found = answer.get("ResponseMetadata") or {}, answer.get("Error") or {}
    code, status = str(found.get("Code") or ""), metadata.get("HTTPStatusCode")
    if not isinstance(status, int) or status < 300:
        status = STATUS_OF_CODE.get(code.lower())
    if status is None:
        return None
    headers = {str(name).lower(): value for name, value in (metadata.get("HTTPHeaders") or {}).items()}
    words = ErrorWords(str(found.get("Message") or ""), code, frozenset({code.lower()}))
    return failure(words, status, headers, causes)


def _without_answer(error: Exception, has_started: bool) -> ProviderError:
    if has_started:
        return StreamCut(f"The answer broke off: {type(error).__name__}")
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return NoAnswer("No answer in time")
    if isinstance(error, ValueError | LookupError | TypeError | AttributeError):
        return StreamCut(f"The answer cannot be read: {type(error).__name__}")
    lost = _was_lost(error)
    return Unavailable(f"No connection: {type(error).__name__}", partial=USED_UNKNOWN if lost else None)


def _was_lost(error: BaseException | None) -> bool:
    """Return whether the connection was lost after the request had gone out: the provider may have worked on it."""
    while error is not None:
        if type(error).__name__ in LOST:
            return True
        error = error.__cause__ or error.__context__
    return False
