"""Attribute the calls of a block of code to a team, a project and tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from finops_router.calls import RoutedRequest

AnyRequest = TypeVar("AnyRequest", bound="RoutedRequest")


@dataclass(frozen=True, slots=True)
class Owner:
    """To whom calls are attributed; None where nobody said."""

    team: str | None = None
    project: str | None = None
    environment: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


_NOBODY = Owner()
_OWNER: ContextVar[Owner] = ContextVar("finops_report_owner", default=_NOBODY)


@contextmanager
def attribution(
    *,
    team: str | None = None,
    project: str | None = None,
    environment: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Attribute the calls made inside, in this task and in those it starts; a request's own values count first.

    Blocks may be nested: values of the inner one replace those of the outer one, tags add up.
    """
    outer = _OWNER.get()
    owner = Owner(
        team=team or outer.team,
        project=project or outer.project,
        environment=environment or outer.environment,
        tags={**outer.tags, **(tags or {})},
    )
    token = _OWNER.set(owner)
    try:
        yield
    finally:
        _OWNER.reset(token)


def owner() -> Owner:
    """Return what the blocks around the caller say."""
    return _OWNER.get()


def attributed(request: AnyRequest) -> AnyRequest:
    """Return `request` with its missing values filled from the blocks around the call."""
    owner = _OWNER.get()
    if owner is _NOBODY:
        return request
    return replace(
        request,
        team=request.team or owner.team,
        project=request.project or owner.project,
        environment=request.environment or owner.environment,
        tags={**owner.tags, **request.tags},
    )
