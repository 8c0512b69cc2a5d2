"""Find the proxy that the environment names for an address, as curl and the official SDKs do."""

from __future__ import annotations

from base64 import b64encode
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

from finops_router.errors import ConfigError


class Address(NamedTuple):
    """A URL without its user, and the value of the header that signs this user in; empty without one."""

    url: str
    authorization: str


def proxy_for(url: str) -> Address | None:
    """Return the proxy of HTTP_PROXY, HTTPS_PROXY or ALL_PROXY for `url`; None without one or if NO_PROXY has its host.

    Raises ConfigError for a proxy that does not speak HTTP.
    """
    parts, proxies = urlsplit(url), getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all")
    if not found or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    found = found if "://" in found else f"http://{found}"
    if urlsplit(found).scheme not in ("http", "https"):
        raise ConfigError(f"No proxy of this kind is supported: {urlsplit(found).scheme}", "name an HTTP proxy")
    return without_user(found)


def without_user(url: str) -> Address:
    """Return `url` and apart from it the user that it names."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    token = b64encode(unquote(user).encode()).decode()
    return Address(urlunsplit(parts._replace(netloc=host)), f"Basic {token}" if user else "")
