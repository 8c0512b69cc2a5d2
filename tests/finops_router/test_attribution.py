"""Calls know whom they are for from the blocks around them."""

from __future__ import annotations

import asyncio

from finops_router.attribution import attribution
from finops_router.demo.clock import run_virtual

from tests.finops_router.stage import request, stage


def test_blocks_fill_what_a_request_leaves_out_and_nest() -> None:
    play = stage()

    async def go() -> None:
        with attribution(team="search", project="answers", tags={"release": "7"}):
            await play.router.complete(request(1))
            with attribution(project="index", tags={"job": "nightly"}):
                await play.router.complete(request(2, team="legal"))
        await play.router.complete(request(3))

    run_virtual(go())
    said = [(record.team, record.project, record.tags) for record in play.kept.requests]
    assert said == [
        ("search", "answers", {"release": "7"}),
        ("legal", "index", {"release": "7", "job": "nightly"}),
        (None, None, None),
    ]


def test_tasks_at_once_keep_their_own() -> None:
    play = stage()

    async def ask(team: str) -> None:
        with attribution(team=team):
            await asyncio.sleep(0)
            await play.router.complete(request())

    async def go() -> None:
        await asyncio.gather(ask("a"), ask("b"))

    run_virtual(go())
    assert sorted(record.team or "" for record in play.kept.requests) == ["a", "b"]
