"""Draw spend over the period as a line without axes, for the top of the page."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, PAD = 290, 64, 4


def sparkline(values: Sequence[float], label: str) -> str:
    """Return `values` as an SVG line from zero up, its last point marked; empty for fewer than two values.

    The page stretches it to its height; strokes keep their width.
    """
    top = max(values, default=0.0)
    if len(values) < 2 or top <= 0:
        return ""
    step = (WIDTH - 2 * PAD) / (len(values) - 1)
    points = [
        f"{PAD + i * step:.1f},{HEIGHT - PAD - (HEIGHT - 2 * PAD) * value / top:.1f}" for i, value in enumerate(values)
    ]
    floor = f"{HEIGHT - PAD}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'<polygon class="spark-area" points="{PAD},{floor} {" ".join(points)} {WIDTH - PAD},{floor}"/>'
        f'<polyline class="spark-line" points="{" ".join(points)}"/>'
        f'<path class="spark-end" d="M{points[-1]}h.01"/></svg>'
    )
