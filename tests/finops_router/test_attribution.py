"""Calls know whom they are for from the blocks around them."""

from __future__ import annotations

import asyncio

from finops_router.attribution import attribution
from finops_router.demo.clock import run_virtual

from tests.finops_router.router_fixture import request, router_fixture


def test_blocks_fill_what_a_request_leaves_out_and_nest() -> None:
    fixture = router_fixture()

    async def run() -> None:
        with attribution(team="search", project="answers", tags={"release": "7"}):
            await fixture.router.complete(request(1))
            with attribution(project="index", tags={"job": "nightly"}):
                await fixture.router.complete(request(2, team="legal"))
        await fixture.router.complete(request(3))

    run_virtual(run())
    owners = [(record.team, record.project, record.tags) for record in fixture.records.requests]
    assert owners == [
        ("search", "answers", {"release": "7"}),
        ("legal", "index", {"release": "7", "job": "nightly"}),
        (None, None, None),
    ]


def test_tasks_at_once_keep_their_own() -> None:
    fixture = router_fixture()

    async def ask(team: str) -> None:
        with attribution(team=team):
            await asyncio.sleep(0)
            await fixture.router.complete(request())

    async def run() -> None:
        await asyncio.gather(ask("a"), ask("b"))

    run_virtual(run())
    assert sorted(record.team or "" for record in fixture.records.requests) == ["a", "b"]
