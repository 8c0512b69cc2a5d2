"""Find the proxy that the environment names for an address, as curl and the official SDKs do."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

from finops_router.errors import ConfigError

SECRET_PARAMETER = re.compile(r"(?i)key|token|secret|password|auth|credential|^(?:sig|signature|code)$")  # in a query


class Address(NamedTuple):
    """A URL without its user, and the value of the header that signs this user in; empty without one.

    `secrets` are the password and the parameters that must never be seen.
    """

    url: str
    authorization: str
    secrets: tuple[str, ...] = ()


def proxy_for(url: str) -> Address | None:
    """Return the proxy of HTTP_PROXY, HTTPS_PROXY or ALL_PROXY for `url`; None without one or if NO_PROXY has its host.

    Raises ConfigError for a proxy that does not speak HTTP.
    """
    parts, proxies = urlsplit(url), getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all")
    if not found or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    found = found if "://" in found else f"http://{found}"
    kind = found.partition("://")[0]
    if kind.lower() not in ("http", "https"):
        raise ConfigError(f"No proxy of this kind is supported: {kind}", "name an HTTP proxy")
    return without_user(found)


def without_user(url: str) -> Address:
    """Return `url` and apart from it the user that it names; raises ConfigError if it is no address over HTTP."""
    parts = _parts(url)
    user, _, host = parts.netloc.rpartition("@")
    token = b64encode(unquote(user).encode()).decode()
    password = unquote(user.partition(":")[2])
    secrets = [value for name, value in parse_qsl(parts.query) if SECRET_PARAMETER.search(name)]
    bare = urlunsplit(parts._replace(netloc=host))
    return Address(bare, f"Basic {token}" if user else "", tuple(filter(None, [password, *secrets])))


def _parts(url: str) -> SplitResult:
    """Return the parts of `url`, which may hold a password: no error names it."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is no number
        is_address = False
    if not is_address:
        raise ConfigError(
            "An address of a provider or proxy cannot be used", "begin base_url with http:// or https:// and a host"
        )
    return parts
