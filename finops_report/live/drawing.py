"""Draw the live page: a frame that stays, and the figures in it, which are drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from finops_report import __version__
from finops_report.live.plan import Plan
from finops_report.live.words import Words
from finops_report.page.assets import script, style_sheet
from finops_report.page.csp import csp_hash, policy
from finops_report.page.templating import render_template

STYLE = ("colours", "document", "first_screen", "views", "tables", "widths", "live")
PLACE = "<!--figures-->"  # in the frame, where figures belong; no text from data looks like it, for it is escaped


@dataclass(frozen=True, slots=True)
class Frame:
    """The page around its figures, whose place is PLACE, and the policy that a server has to send with it."""

    html: str
    policy: str


def frame(plan: Plan) -> Frame:
    """Return the page without figures; it loads nothing but events from where it came from."""
    css, live = style_sheet(*STYLE), script("live")
    directives = {
        "default-src": "'none'",
        "script-src": csp_hash(live),
        "style-src": csp_hash(css),
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    html = render_template(
        "live.html",
        {
            "title": plan.title,
            "policy": policy(directives),
            "css": Markup(css),
            "script": Markup(live),
            "place": Markup(PLACE),
            "version": __version__,
        },
    )
    return Frame(html, policy(directives | {"frame-ancestors": "'none'"}))


def figures(words: Words) -> str:
    """Return the figures as HTML: parts, each of which takes the place of the part of its name before it."""
    return render_template("live_figures.html", {"words": words})
