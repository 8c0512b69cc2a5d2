"""What an SDK raises becomes one of our errors, with the wait the provider asked for and without any key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from finops_router.errors import NoAnswer, ProviderError, RateLimited, StreamCut, Unavailable
from finops_router.providers.sdk_errors import provider_error
from finops_router.providers.waits import retry_after_s


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "Tue, 24 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Tue, 24 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": " 7 "}, 7),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers, datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)) == wait_s


@pytest.mark.parametrize(
    ("error", "has_started", "kind"),
    [
        (ConnectionResetError(), False, Unavailable),
        (ConnectionResetError(), True, StreamCut),
        (TimeoutError(), False, NoAnswer),
        (ValueError("no JSON"), False, StreamCut),
    ],
)
def test_an_error_without_a_status(error: Exception, has_started: bool, kind: type[ProviderError]) -> None:
    assert type(provider_error(error, has_started=has_started)) is kind


def test_our_own_errors_pass_through() -> None:
    error = RateLimited("slow down", 429)
    assert provider_error(error, has_started=True) is error
