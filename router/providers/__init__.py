"""Say what the router needs of a provider: one coroutine that answers or raises a ProviderError."""

from __future__ import annotations

from typing import Protocol

from router.calls import Reply, Request, Target


class Provider(Protocol):
    """The seam between the router and whoever answers; one instance serves many calls at once."""

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer `request` with `target.model`.

        Returns the reply with its token counts made inclusive (see `router.calls.Usage`).
        Raises a leaf of ProviderError (router/errors.py) for every failure of the provider. It sets no
        time limit of its own and makes no second try: the router does both.
        """
        ...
