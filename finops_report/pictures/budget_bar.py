"""Draw how much of a budget is used against how much of its time has passed, for the top of the page."""

from __future__ import annotations

WIDTH, HEIGHT = 290, 14
BAR = "M0 7h"


def budget_bar(used_share: float, passed_share: float) -> str:
    """Return a bar from nothing to all of the budget, what is used of it filled, with a tick at the time passed.

    The page has both numbers in words: screen readers pass it over. If more than all is used, all of it is filled, and
    a line stands where the budget ended.
    """
    whole = max(used_share, 1.0)
    used, ends, now = (WIDTH * share / whole for share in (used_share, 1.0, passed_share))
    over = f'<path class="budget-end" d="M{ends:.1f} 0v{HEIGHT}"/>' if used_share > 1 else ""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="budget-all" d="{BAR}{WIDTH}"/><path class="budget-used" d="{BAR}{used:.1f}"/>'
        f'{over}<path class="budget-now" d="M{min(now, WIDTH - 1):.1f} 0v{HEIGHT}"/></svg>'
    )
