"""A webhook is posted to until it is taken, and what is secret stands in no message."""

from __future__ import annotations

import ssl

import pytest

from finops_report.delivery.alerts.bodies import slack
from finops_report.delivery.alerts.webhook import AlertError, Hook, post
from finops_report.errors import ConfigError
from tests.finops_report.delivery.alerts.alerts import alert
from tests.finops_report.delivery.alerts.conftest import Receiver


def posted(receiver: Receiver, answers: list[tuple[int, dict[str, str]]]) -> tuple[list[float], list[str]]:
    """What was waited and printed; raises AlertError."""
    waits: list[float] = []
    lines: list[str] = []
    receiver.answers = answers
    hook = Hook("finance", receiver.address)
    post(hook, slack(alert()), sleep=waits.append, say=lines.append, trust=receiver.trust)
    return waits, lines


def test_it_is_taken_at_once(receiver: Receiver) -> None:
    assert posted(receiver, []) == ([], [])
    (taken,) = receiver.posted
    assert taken.path == "/services/T0/SECRET?sig=HIDDEN"
    assert taken.headers["Content-Type"] == "application/json; charset=utf-8"


def test_temporary_failures_are_retried_aloud_as_the_receiver_asks(receiver: Receiver) -> None:
    waits, lines = posted(receiver, [(503, {}), (429, {"Retry-After": "7"}), (429, {"Retry-After": "9999"})])
    assert waits == [1.0, 7.0, 60.0]
    assert len(receiver.posted) == 4
    assert lines[0] == "note: alert 'finance': it answered 503; attempt 2 of 4 in 1 s"


def test_a_connection_that_closes_is_retried(receiver: Receiver) -> None:
    waits, (line,) = posted(receiver, [(0, {})])
    assert waits == [1.0]
    assert "no answer (" in line


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 410])
def test_what_waiting_does_not_change_is_not_retried(receiver: Receiver, status: int) -> None:
    with pytest.raises(AlertError, match=f"'finance' was not taken: it answered {status}"):
        posted(receiver, [(status, {"Location": receiver.address})])
    assert len(receiver.posted) == 1


def test_what_is_secret_stands_in_no_message(receiver: Receiver) -> None:
    lines: list[str] = []
    receiver.answers = [(500, {})] * 4
    hook = Hook("finance", receiver.address)
    with pytest.raises(AlertError) as raised:
        post(hook, slack(alert()), sleep=lambda _: None, say=lines.append, trust=receiver.trust)
    shown = " ".join((*lines, raised.value.message, raised.value.hint, repr(hook), repr(raised.value.__cause__)))
    assert len(lines) == 3
    assert "SECRET" not in shown
    assert "HIDDEN" not in shown


def test_a_certificate_that_nobody_trusts_is_no_receiver(receiver: Receiver) -> None:
    if receiver.address.startswith("http:"):
        pytest.skip("no certificate")
    receiver.trust = ssl.create_default_context()
    with pytest.raises(AlertError, match="SSLCertVerificationError"):
        posted(receiver, [])
    assert not receiver.posted


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.com/SECRET",
        "ftp://x/SECRET",
        "file:///etc/SECRET",
        "https://",
        "http://[SECRET",
        "http://x/SECRET\n",
        "http://x:99999/SECRET",
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Hook("finance", address)
    assert "SECRET" not in f"{raised.value.message} {raised.value.hint}"
