"""Say in our own words why an object store does not answer: a library's words may hold addresses with passwords."""

from __future__ import annotations

from finops_router.object_stores.address import SCHEMES, StoreAddress

TIMEOUTS = ("timeout",)
REFUSED = {401, 403}
MOST_WRAPPED = 5
CREDENTIALS = (
    "nocredentials",
    "partialcredentials",
    "defaultcredentials",
    "credentialretrieval",
    "clientauth",
    "profilenotfound",
)
REACH = "check the network and the address of the store ({variables}), and try again"
RIGHTS = "check the credentials in the environment ({variables}) and that they may list and {verb} there"


class StoreError(Exception):
    """The store, or an object in it, cannot be had: `message` is what went wrong, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ChangedError(StoreError):
    """Somebody else wrote the object first."""


def explained(place: StoreAddress, err: Exception, verb: str = "read") -> StoreError:
    """Return what an error of a library means for `place`, an object or all that begins with it."""
    if isinstance(err, StoreError):
        return err
    variables = SCHEMES[place.scheme].variables
    kind = _kinds(err)
    if any(sign in kind for sign in CREDENTIALS) or _lacks_login(err):
        return StoreError(f"There are no credentials for {place}", f"set them in the environment: {variables}")
    if isinstance(err, FileNotFoundError) or "notfound" in kind:
        return StoreError(f"There is no such bucket or object: {place}", "check the address given to --db")
    if isinstance(err, PermissionError) or "authentication" in kind or _statuses(err) & REFUSED or _is_forbidden(err):
        return StoreError(f"Access is refused: {place}", RIGHTS.format(variables=variables, verb=verb))
    if isinstance(err, TimeoutError) or any(sign in kind for sign in TIMEOUTS):
        return StoreError(f"No answer in time from {place}", REACH.format(variables=variables))
    return StoreError(f"{place} cannot be reached: {type(err).__name__}", REACH.format(variables=variables))


def _kinds(err: Exception) -> str:
    """Return the names of what an error is and what it came from."""
    return " ".join(type(one).__name__.lower() for one in _chain(err))


def _statuses(err: Exception) -> set[int]:
    """Return the statuses of HTTP that an error and what it came from carry, as each library calls them."""
    named = (getattr(one, name, None) for one in _chain(err) for name in ("status_code", "status", "code"))
    return {int(status) for status in named if isinstance(status, int)}


def _chain(err: Exception) -> list[BaseException]:
    """Return an error and what it came from: libraries wrap them."""
    found: list[BaseException] = [err]
    while (below := found[-1].__cause__ or found[-1].__context__) is not None and len(found) < MOST_WRAPPED:
        found.append(below)
    return found


def _is_forbidden(err: Exception) -> bool:
    """Return whether a library says in words alone that it may not, as gcsfs does."""
    return any(isinstance(one, OSError) and str(one).startswith("Forbidden") for one in _chain(err))


def _lacks_login(err: Exception) -> bool:
    """Return whether a library says in words alone that nobody told it who is asking, as adlfs does."""
    return isinstance(err, ValueError) and ("account" in str(err).lower() or "credential" in str(err).lower())
