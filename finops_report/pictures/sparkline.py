"""Draw spend over the period as a line without axes, for the top of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from finops_report.pictures.svg import number

WIDTH, HEIGHT, PAD = 290, 64, 4


def sparkline(values: Sequence[float | None], label: str) -> str:
    """Return `values` as an SVG line from zero up, the last known one marked; empty for fewer than two known ones.

    None is what was not recorded: the line ends before it and begins again after it. The page stretches the picture to
    its height; strokes keep their width.
    """
    known = [value for value in values if value is not None]
    top = max(known, default=0.0)
    if len(known) < 2 or top <= 0:
        return ""
    step = (WIDTH - 2 * PAD) / (len(values) - 1)
    places = [
        None if value is None else (PAD + i * step, HEIGHT - PAD - (HEIGHT - 2 * PAD) * value / top)
        for i, value in enumerate(values)
    ]
    runs = list(_runs(places))
    x, y = runs[-1][-1]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'<path class="spark-area" d="{"".join(map(_area, runs))}"/>'
        f'<path class="spark-line" d="{"".join(map(_line, runs))}"/>'
        f'<path class="spark-end" d="M{number(x)} {number(y)}h.01"/></svg>'
    )


def _runs(places: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """Yield the points between two gaps, as often as there are any."""
    run: list[tuple[float, float]] = []
    for place in (*places, None):
        if place is not None:
            run.append(place)
        elif run:
            yield run
            run = []


def _line(run: Sequence[tuple[float, float]]) -> str:
    drawn = f"M{'L'.join(f'{number(x)} {number(y)}' for x, y in run)}"
    return drawn if len(run) > 1 else f"{drawn}h.01"


def _area(run: Sequence[tuple[float, float]]) -> str:
    floor = HEIGHT - PAD
    return f"M{number(run[0][0])} {floor}L{'L'.join(f'{number(x)} {number(y)}' for x, y in run)}V{floor}z"
