"""Find the conventions of a locale by its name; the default ones do not load Babel."""

from __future__ import annotations

import re

from finops_report.wording.conventions import ENGLISH, Conventions

NAME = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def conventions_of(locale: str) -> Conventions:
    """Return the conventions of a locale, as 'de' or 'pt-BR'. Raises ValueError if there is none of that name."""
    if locale == ENGLISH.locale:
        return ENGLISH
    if not NAME.fullmatch(locale):
        raise ValueError(f"{locale!r:.40} is no locale")
    from finops_report.wording.cldr import conventions  # noqa: PLC0415 -- Babel, 0.06 s that the default does not need

    return conventions(locale)
