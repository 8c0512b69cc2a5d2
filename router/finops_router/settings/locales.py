"""Say which locales a report can have: those of Unicode's CLDR, by Babel."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from finops_router.nearest import did_you_mean


def check_locale(name: str) -> None:
    """Raise LookupError, with a hint, if no locale is called `name`, as 'de' or 'pt-BR'."""
    try:
        found = Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError) as err:
        raise LookupError(_hint(name)) from err
    if found.language in ("root", "und") or name.partition("-")[0].lower() in ("root", "und"):
        raise LookupError(_hint(name))


def _hint(name: str) -> str:
    """Return the nearest locale, if there is one of the same language."""
    wanted, known = name.replace("_", "-"), sorted(one.replace("_", "-") for one in locale_identifiers())
    related = [one for one in known if one.partition("-")[0] == wanted.partition("-")[0]]
    nearest = did_you_mean(wanted, related or known, "")
    return nearest if nearest.endswith("?") else 'write it as "de", "en-GB" or "pt-BR"'
