"""Post to a webhook: what is temporary is retried aloud, and its address stands in no message."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from finops_report.delivery.alerts.bodies import Body
from finops_report.errors import ConfigError, FinopsError
from finops_report.web_address import is_web_address

WAITS_S = (1.0, 5.0, 20.0)  # between attempts, if the receiver does not say
MOST_WAIT_S = 60.0  # whatever the receiver says
LIMIT_S = 15.0  # of silence, while connecting and while waiting for an answer
TEMPORARY = frozenset((408, 425, 429, 500, 502, 503, 504))


class AlertError(FinopsError):
    """An alert was not taken by its receiver."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where to post; `name` is what messages call it, for the address itself is a secret."""

    name: str
    address: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no http(s) address. Raises ConfigError, which does not show it."""
        if not is_web_address(self.address, with_user=True):
            raise ConfigError(
                f"The address of the alert '{self.name}' is no http or https address",
                "put the whole of it into the variable that url_env names",
            )


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a post was not taken, whether another may be, and in how many seconds the receiver wants it."""

    why: str
    is_temporary: bool
    retry_after_s: float | None = None


def post(
    hook: Hook, body: Body, *, sleep: Callable[[float], None], say: Callable[[str], None], trust: ssl.SSLContext
) -> None:
    """Post once, and again up to three times if the failure is temporary (no connection, 408, 425, 429, 5xx).

    Redirects are not followed: what is secret would go with them. Raises AlertError if it was not taken.
    """
    failure = _failure(hook, body, trust)
    for number, usual_s in enumerate(WAITS_S, start=2):
        if failure is None or not failure.is_temporary:
            break
        wait_s = usual_s if failure.retry_after_s is None else min(failure.retry_after_s, MOST_WAIT_S)
        say(f"note: alert '{hook.name}': {failure.why}; attempt {number} of {len(WAITS_S) + 1} in {wait_s:g} s")
        sleep(wait_s)
        failure = _failure(hook, body, trust)
    if failure is not None:
        raise AlertError(
            f"The alert '{hook.name}' was not taken: {failure.why}",
            "check its address and its secret, then run it again",
        )


def _failure(hook: Hook, body: Body, trust: ssl.SSLContext) -> _Failure | None:
    """Post once; return why it was not taken, None if it was."""
    address = urlsplit(hook.address)
    host, port = address.hostname or "", address.port
    connection = (
        http.client.HTTPSConnection(host, port, timeout=LIMIT_S, context=trust)
        if address.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=LIMIT_S)
    )
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request("POST", path, body.content, {**body.headers, "User-Agent": "finops-report"})
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as err:
        return _Failure(f"no answer ({type(err).__name__})", is_temporary=True)
    finally:
        connection.close()
    if 200 <= answer.status < 300:
        return None
    waits = answer.getheader("Retry-After", "")
    return _Failure(
        f"it answered {answer.status}", answer.status in TEMPORARY, float(waits) if waits.isdecimal() else None
    )
