"""Write a metric's series as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from finops_router.gateway.families import HISTOGRAM, Family

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def lines(family: Family, of_family: Mapping[tuple[str, ...], list[float]]) -> Iterator[str]:
    """Yield the lines of a metric from its numbers by labels."""
    yield f"# HELP {family.name} {family.words}\n# TYPE {family.name} {family.kind}\n"
    for labels, numbers in sorted(of_family.items()):
        named = [f'{name}="{_escaped(value)}"' for name, value in zip(family.labels, labels, strict=True)]
        if family.kind == HISTOGRAM:
            yield from _histogram(family, named, numbers)
        else:
            yield f"{family.name}{_in_braces(named)} {numbers[0]!r}\n"


def _histogram(family: Family, named: list[str], numbers: list[float]) -> Iterator[str]:
    *buckets, total = numbers
    count = 0.0
    for bound, inside in zip((*family.bounds, "+Inf"), buckets, strict=True):
        count += inside
        bucket = _in_braces([*named, f'le="{bound}"'])
        yield f"{family.name}_bucket{bucket} {count!r}\n"
    yield f"{family.name}_sum{_in_braces(named)} {total!r}\n{family.name}_count{_in_braces(named)} {count!r}\n"


def _in_braces(named: list[str]) -> str:
    return "{" + ",".join(named) + "}" if named else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
