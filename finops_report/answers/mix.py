"""Answer which providers and models are used, and how much hangs on the largest."""

from __future__ import annotations

from finops_report.analysis.rules import MixRule
from finops_report.analysis.totals import Facts
from finops_report.answers.question import Question
from finops_report.model import Answer
from finops_report.sections.compared import share_moved
from finops_report.sections.spend_by_model import SPEND_BY_MODEL
from finops_report.sections.spend_by_provider import SPEND_BY_PROVIDER, ProviderSpend
from finops_report.wording import formats

QUESTION = Question(
    "mix", "Providers", "Which providers and models are being used?", ("spend_by_provider", "spend_by_model")
)
UNKNOWN = "no known price"


def mix(facts: Facts, rule: MixRule) -> Answer:
    """Answer with the number of both, the largest provider and the most expensive model."""
    if not facts.requests:
        return QUESTION.answered(
            rule.text, answer="None was recorded in this period.", brief=UNKNOWN, verdict="not enough data"
        )
    providers = facts.rows(SPEND_BY_PROVIDER)
    top = providers[0]
    unrecorded = sum(provider.requests for provider in providers if provider.provider == formats.NOT_RECORDED)
    verdict = rule.verdict(
        largest_share=top.share,
        unpriced_share=facts.unpriced_share,
        unrecorded_share=unrecorded / facts.requests,
        providers=facts.providers,
    )
    counted = _counted(facts)
    if top.share is None:
        nothing = "cost anything" if facts.is_priced else "has a known price"
        return QUESTION.answered(
            rule.text,
            answer=f"{counted} None of their requests {nothing}.",
            brief="no spend" if facts.is_priced else UNKNOWN,
            verdict=verdict,
        )
    share = formats.percent(top.share, (rule.watch_largest_share,))
    sentences = (
        counted,
        _largest(facts, top, share),
        _most_expensive(facts),
        _unpriced(facts, rule),
        _unrecorded(unrecorded / facts.requests, rule),
    )
    return QUESTION.answered(
        rule.text,
        answer=" ".join(filter(None, sentences)),
        brief=f"{formats.shortened(facts.called(top.provider), 14)} {share}",
        verdict=verdict,
    )


def _counted(facts: Facts) -> str:
    if not facts.providers and not facts.models:
        return "Neither providers nor models are recorded."
    return f"{formats.plural(facts.providers, 'provider')} and {formats.plural(facts.models, 'model')}."


def _largest(facts: Facts, top: ProviderSpend, share: str) -> str:
    moved = share_moved(facts, top.old_share, top.new_share)
    if top.provider == formats.NOT_RECORDED:
        return f"{share} of spend has no provider{moved}."
    return f"{formats.shortened(facts.called(top.provider))} takes {share} of spend{moved}."


def _most_expensive(facts: Facts) -> str:
    model = next((one for one in facts.rows(SPEND_BY_MODEL) if one.model != formats.NOT_RECORDED), None)
    if model is None or model.share is None:
        return ""
    return f"The most expensive model is {formats.shortened(model.model)} with {formats.percent(model.share)}."


def _unpriced(facts: Facts, rule: MixRule) -> str:
    if facts.unpriced_share <= rule.watch_unpriced_share:
        return ""
    share = formats.percent(facts.unpriced_share, (rule.watch_unpriced_share,))
    return f"{share} of requests have no known price and are in none of these shares."


def _unrecorded(share: float, rule: MixRule) -> str:
    if share <= rule.bad_unrecorded_share:
        return ""
    return f"The provider of {formats.percent(share, (rule.bad_unrecorded_share,))} of requests is not recorded."
